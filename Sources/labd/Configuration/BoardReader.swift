import JobDSL
import LabModel

/// Reads what somebody wrote about one board: an entry of the configuration's `boards`, or a board file.
struct BoardReader {
    let findings: Findings

    private enum Driver: String, CaseIterable {
        case qemu, sim, lab
    }

    /// - Parameter file: the name that a board file has by its own name, which its `name` has to be, if there is one.
    /// - Returns: nil when it does not even say which board of which type.
    func read(_ node: YAMLNode, file: String? = nil) -> (BoardDefinition, BoardOrigin)? {
        guard let map = MapReader(node, "a board", findings) else { return nil }
        let name = file == nil ? map.requiredText("name").flatMap { Self.checkedName($0, map) } : file
        if let file, let node = map.node("name"), let own = findings.string(node, "`name`"), own != file {
            findings.error(
                at: node.position, "`name` is `\(own.prefix(64))`, and the file is called `\(file).yaml`",
                suggestion: "take `name` out, or rename the file")
        }
        let type = map.requiredText("type")
        let driver: Driver? = map.choice("driver")
        let (options, variables) = (map.node("options"), map.node("variables"))
        for (key, value) in [("options", options), ("variables", variables)] {
            if let value, value.entries == nil { findings.error(at: value.position, "`\(key)` needs a mapping") }
        }
        let board = BoardDefinition(
            name: BoardName(rawValue: name ?? ""), type: DeviceTypeName(rawValue: type ?? ""),
            tags: map.strings("tags") ?? [], driver: (driver ?? .qemu).rawValue,
            options: options.map { DataValue($0) } ?? .map([:]),
            variables: variables.map { DataValue($0) }?.map ?? [:], description: map.string("description"))
        map.finish(unknown: .error)
        guard name != nil, type != nil else { return nil }
        let origin = BoardOrigin(
            board: map.node("name")?.position ?? node.position, type: map.node("type")?.position ?? node.position,
            variables: Dictionary(
                (variables?.entries ?? []).map { ($0.key, $0.keyPosition) }, uniquingKeysWith: { first, _ in first }),
            options: BoardOrigin.keys(below: options), values: BoardOrigin.values(below: options))
        return (board, origin)
    }

    /// Names of boards are names of folders, and are typed.
    static func checkedName(_ name: String, _ map: MapReader) -> String? {
        if isName(name) { return name }
        map.findings.error(
            at: map.node("name")?.position ?? map.position, "this is not a name for a board or a device",
            suggestion: nameAdvice)
        return nil
    }

    static func isName(_ name: String) -> Bool {
        let isFit = name.unicodeScalars.allSatisfy {
            switch $0 {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
            default: false
            }
        }
        return isFit && (1...64).contains(name.count) && !name.hasPrefix(".") && !name.hasPrefix("-")
    }

    static let nameAdvice = "use 1 to 64 letters, digits, `.`, `_` and `-`, the first one a letter, a digit or `_`"
}

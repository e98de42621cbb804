import JobDSL
import LabModel

/// One resource or driver of labgrid, in whichever form its file has it.
struct LabgridEntry {
    /// `RawSerialPort`, `NetworkPowerPort` and so on.
    var kind: String
    var name: String?
    var parameters: [String: DataValue]
    var position: SourcePosition

    func text(_ key: String) -> String? {
        switch parameters[key] {
        case .string(let text): text
        case .integer(let value): "\(value)"
        default: nil
        }
    }

    func integer(_ key: String) -> Int? {
        parameters[key]?.integer.flatMap { Int(exactly: $0) } ?? parameters[key]?.string.flatMap { Int($0) }
    }
}

/// A board of labgrid: a group of an exporter, or a target of an environment.
struct LabgridPlace {
    var name: String
    var position: SourcePosition
    var location: String?
    var resources: [LabgridEntry]
    var drivers: [LabgridEntry]
}

/// Reads both of labgrid's files: an exporter's groups of resources, and an environment's targets.
///
/// Source: labgrid's documentation of its configuration.
struct LabgridFile {
    var places: [LabgridPlace] = []
    /// Keys of an environment that are not about boards.
    var others: [YAMLEntry] = []
    var isEnvironment = false

    /// - Throws: the first thing that makes the file no labgrid file.
    init(_ source: SourceText) throws(Diagnostic) {
        try Self.refuseTemplates(source)
        let root = try YAMLText.read(source.text, file: source.path)
        guard let entries = root.entries else {
            throw Diagnostic(.error, at: root.position, "a labgrid file is a mapping of groups, or has `targets`")
        }
        if let targets = root["targets"] {
            isEnvironment = true
            guard let targets = targets.entries else {
                throw Diagnostic(.error, at: targets.position, "`targets` needs a mapping of names to targets")
            }
            others = entries.filter { $0.key != "targets" }
            for target in targets { places.append(try Self.target(target)) }
        } else {
            for group in entries { places.append(try Self.group(group)) }
        }
    }

    /// Exporters render their file with Jinja first, lines that begin with `#` included.
    private static func refuseTemplates(_ source: SourceText) throws(Diagnostic) {
        for (index, line) in source.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.drop { $0 == " " }
            let statement = words.dropFirst().drop { $0 == " " }.prefix { $0.isLetter }
            let isStatement = words.hasPrefix("#") && ["for", "endfor", "set", "if", "endif"].contains(statement)
            guard line.contains("{{") || line.contains("{%") || isStatement else { continue }
            throw Diagnostic(
                .error, at: SourcePosition(file: source.path, line: index + 1, column: 1),
                "this file is a Jinja template",
                suggestion: "write out what it makes, and import that")
        }
    }

    /// `group: {location: …, NAME: {cls: KIND, …}, KIND: {…}}`.
    private static func group(_ group: YAMLEntry) throws(Diagnostic) -> LabgridPlace {
        guard let entries = group.value.entries else {
            throw Diagnostic(.error, at: group.keyPosition, "the group `\(group.key.prefix(60))` needs resources")
        }
        var place = LabgridPlace(name: group.key, position: group.keyPosition, resources: [], drivers: [])
        for entry in entries {
            if entry.key == "location", let text = entry.value.scalar?.text {
                place.location = text
                continue
            }
            var parameters = DataValue(entry.value).map ?? [:]
            let kind = parameters.removeValue(forKey: "cls")?.string
            place.resources.append(
                LabgridEntry(
                    kind: kind ?? entry.key, name: kind == nil ? nil : entry.key, parameters: parameters,
                    position: entry.keyPosition))
        }
        return place
    }

    private static func target(_ target: YAMLEntry) throws(Diagnostic) -> LabgridPlace {
        guard target.value.entries != nil else {
            throw Diagnostic(.error, at: target.keyPosition, "the target `\(target.key.prefix(60))` needs a mapping")
        }
        return LabgridPlace(
            name: target.key, position: target.keyPosition, resources: try entries(target.value["resources"]),
            drivers: try entries(target.value["drivers"]))
    }

    /// `{KIND: {…}}`, or a list of `{KIND: {…}}` and `{cls: KIND, name: …, …}`.
    private static func entries(_ node: YAMLNode?) throws(Diagnostic) -> [LabgridEntry] {
        guard let node, !node.isNull else { return [] }
        if let entries = node.entries { return entries.map { entry($0) } }
        guard let elements = node.elements else {
            throw Diagnostic(.error, at: node.position, "resources and drivers are a mapping or a list")
        }
        var result: [LabgridEntry] = []
        for element in elements {
            guard let entries = element.entries else {
                throw Diagnostic(.error, at: element.position, "a resource or a driver is a mapping")
            }
            if var parameters = DataValue(element).map, let kind = parameters.removeValue(forKey: "cls")?.string {
                let name = parameters.removeValue(forKey: "name")?.string
                result.append(
                    LabgridEntry(kind: kind, name: name, parameters: parameters, position: element.position))
            } else {
                result += entries.map { entry($0) }
            }
        }
        return result
    }

    private static func entry(_ entry: YAMLEntry) -> LabgridEntry {
        var parameters = DataValue(entry.value).map ?? [:]
        let name = parameters.removeValue(forKey: "name")?.string
        return LabgridEntry(kind: entry.key, name: name, parameters: parameters, position: entry.keyPosition)
    }
}

import Foundation
import JobDSL
import LabModel

/// Reads labd's configuration file over the defaults. Every key is optional; unknown keys are errors with their place.
struct ConfigurationFile {
    let path: String

    /// Largest file that is read, in bytes.
    private static let sizeLimit = 1 << 20

    /// - Throws: `ConfigurationErrors` with every finding.
    func apply(to configuration: inout LabdConfiguration) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(.configuration, "the configuration file cannot be read", at: path)
        }
        guard data.count <= Self.sizeLimit, let text = String(data: data, encoding: .utf8) else {
            throw Failure(.configuration, "the configuration file is too large or not UTF-8", at: path)
        }
        try apply(text, to: &configuration)
    }

    func apply(_ text: String, to configuration: inout LabdConfiguration) throws {
        let findings = Findings()
        do {
            let tree = try YAMLText.read(text, file: path)
            if let root = MapReader(tree, "the configuration", findings) {
                read(root, into: &configuration)
                root.finish(unknown: .error)
            }
        } catch {
            findings.add(error)
        }
        if findings.hasErrors { throw ConfigurationErrors(diagnostics: findings.diagnostics) }
    }

    private func read(_ root: MapReader, into configuration: inout LabdConfiguration) {
        if let state = root.string("state") {
            configuration.state = state
            configuration.socket = state + "/labd.sock"
        }
        if let api = root.map("api") {
            if let socket = api.string("socket") { configuration.socket = socket }
            var tcp = configuration.tcp ?? LabdConfiguration.TCP()
            if let host = api.string("host") { tcp.host = host }
            if let port = api.int("port", in: 0...65535) { tcp.port = port }
            configuration.tcp = api.bool("tcp") == false ? nil : tcp
            api.finish(unknown: .error)
        }
        if let folders = root.strings("device_types") { configuration.deviceTypes += folders }
        if let kits = root.string("kits") { configuration.kits = kits }
        if let images = root.map("images") {
            if let folders = images.strings("file_folders") { configuration.fileFolders = folders }
            if let mebibytes = images.int("cache_mib", in: 64...(1 << 30)) {
                configuration.cacheBytes = Int64(mebibytes) << 20
            }
            images.finish(unknown: .error)
        }
        if let files = root.map("board_files") {
            if let host = files.string("http_host") { configuration.boardHTTPHost = host }
            if let host = files.string("tftp_host") { configuration.tftpHost = host }
            if let port = files.int("tftp_port", in: 1...65535) { configuration.tftpPort = port }
            files.finish(unknown: .error)
        }
        if let boards = root.list("boards") {
            configuration.boards = boards.compactMap { board($0, findings: root.findings) }
            checkNames(boards, configuration.boards, findings: root.findings)
        }
    }

    private func board(_ node: YAMLNode, findings: Findings) -> BoardDefinition? {
        guard let map = MapReader(node, "a board", findings) else { return nil }
        let name = map.requiredText("name")
        let type = map.requiredText("type")
        let driver: Driver? = map.choice("driver")
        let board = BoardDefinition(
            name: BoardName(rawValue: name ?? ""), type: DeviceTypeName(rawValue: type ?? ""),
            tags: map.strings("tags") ?? [], driver: (driver ?? .qemu).rawValue,
            options: map.node("options").map { DataValue($0) } ?? .map([:]),
            variables: map.node("variables").map { DataValue($0) }?.map ?? [:], description: map.string("description"))
        map.finish(unknown: .error)
        return name == nil || type == nil ? nil : board
    }

    private enum Driver: String, CaseIterable {
        case qemu, sim
    }

    private func checkNames(_ nodes: [YAMLNode], _ boards: [BoardDefinition], findings: Findings) {
        var seen: Set<BoardName> = []
        for (node, board) in zip(nodes, boards) where !seen.insert(board.name).inserted {
            findings.error(at: node.position, "there are two boards named `\(board.name)`")
        }
    }
}

/// Everything that is wrong with a configuration file.
struct ConfigurationErrors: Error, CustomStringConvertible {
    let diagnostics: [Diagnostic]

    var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

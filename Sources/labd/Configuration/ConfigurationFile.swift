import DeviceDrivers
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
        // Every key is optional: a file of comments is as good as none.
        let isEmpty = text.split(whereSeparator: \.isNewline).allSatisfy {
            $0.allSatisfy(\.isWhitespace) || $0.drop(while: \.isWhitespace).hasPrefix("#")
        }
        if isEmpty { return }
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
        for node in root.list("device_types") ?? [] {
            guard let folder = root.findings.string(node, "a folder of `device_types`") else { continue }
            checkFolder(folder, at: node.position, findings: root.findings)
            configuration.deviceTypes.append(folder)
        }
        if let node = root.node("boards_folder"), let folder = root.findings.string(node, "`boards_folder`") {
            checkFolder(folder, at: node.position, findings: root.findings)
            configuration.boardsFolder = BoardFolder(path: folder, isOptional: false)
        }
        if let kits = root.string("kits") { configuration.kits = kits }
        if let images = root.map("images") {
            if let folders = images.strings("file_folders") { configuration.fileFolders = folders }
            if let mebibytes = images.int("cache_mib", in: 64...(1 << 30)) {
                configuration.cacheBytes = Int64(mebibytes) << 20
            }
            images.finish(unknown: .error)
        }
        if let logs = root.map("logs") {
            if let mebibytes = logs.int("job_mib", in: 1...(1 << 20)) {
                configuration.jobLogBytes = Int64(mebibytes) << 20
            }
            if let mebibytes = logs.int("console_mib", in: 1...(1 << 20)) {
                configuration.transcriptBytes = Int64(mebibytes) << 20
            }
            logs.finish(unknown: .error)
        }
        if let files = root.map("board_files") {
            if let host = files.string("http_host") { configuration.boardHTTPHost = host }
            if let host = files.string("tftp_host") { configuration.tftpHost = host }
            if let port = files.int("tftp_port", in: 1...65535) { configuration.tftpPort = port }
            files.finish(unknown: .error)
        }
        if let power = root.map("power") {
            if let stagger = power.duration("stagger", allowsZero: true) { configuration.powerStagger = stagger }
            power.finish(unknown: .error)
        }
        if let queue = root.map("queue") {
            if let retries = queue.int("retries", in: 0...10) { configuration.retries = retries }
            queue.finish(unknown: .error)
        }
        if let checks = root.map("health_checks") {
            if let node = checks.required("folder"), let folder = root.findings.string(node, "`folder`") {
                checkFolder(folder, at: node.position, findings: root.findings)
                configuration.healthChecks = folder
            }
            if let interval = checks.duration("every") { configuration.healthRule.interval = interval }
            if let jobs = checks.int("jobs", in: 1...1_000_000) { configuration.healthRule.jobs = jobs }
            checks.finish(unknown: .error)
        }
        OperationsReader(root: root).read(into: &configuration)
        for node in root.list("devices") ?? [] {
            guard let (device, origin) = device(node, findings: root.findings) else { continue }
            if configuration.deviceOrigins.updateValue(origin, forKey: device.name) != nil {
                root.findings.error(at: origin.board, "there are two devices named `\(device.name)`")
            }
            configuration.devices.append(device)
        }
        if let boards = root.list("boards") {
            configuration.boards = []
            for node in boards {
                guard let (board, origin) = BoardReader(findings: root.findings).read(node) else { continue }
                if configuration.boardOrigins.updateValue(origin, forKey: board.name) != nil {
                    root.findings.error(at: origin.board, "there are two boards named `\(board.name)`")
                }
                configuration.boards.append(board)
            }
        }
    }

    /// A device's options stand beside its name; which there are is for its driver to say.
    private func device(_ node: YAMLNode, findings: Findings) -> (DeviceDefinition, BoardOrigin)? {
        guard let map = MapReader(node, "a device", findings) else { return nil }
        let name = map.requiredText("name").flatMap { BoardReader.checkedName($0, map) }
        let driver = map.requiredText("driver")
        let kinds = DriverRegistry.kinds.map(\.facts.name)
        if let driver, !kinds.contains(driver) {
            findings.error(
                at: map.node("driver")?.position ?? node.position, "there is no driver `\(driver.prefix(60))`",
                suggestion: findings.suggestion(for: driver, among: kinds)
                    ?? "`lablctl discover --drivers` lists them")
            return nil
        }
        guard let name, let driver else { return nil }
        let others = map.unread()
        let options = Dictionary(others.map { ($0.key, DataValue($0.value)) }, uniquingKeysWith: { $1 })
        let origin = BoardOrigin(
            board: map.node("name")?.position ?? node.position, type: node.position, variables: [:],
            options: others.flatMap { [($0.key, $0.keyPosition)] + BoardOrigin.keys(below: $0.value) })
        return (DeviceDefinition(name: name, driver: driver, options: options), origin)
    }

    private func checkFolder(_ path: String, at position: SourcePosition, findings: Findings) {
        var isFolder: ObjCBool = false
        if !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) || !isFolder.boolValue {
            findings.error(at: position, "there is no folder `\(path.prefix(120))`")
        }
    }
}

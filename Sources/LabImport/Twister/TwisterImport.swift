import JobDSL
public import LabModel

/// Makes our boards of a hardware map of Zephyr's twister. Source: Zephyr's documentation of hardware maps.
public struct TwisterImport {
    private let rows: [YAMLNode]
    private let source: SourceText
    private let type: String?
    private let types: KnownTypes

    /// - Parameter type: the device type of all boards; nil looks for each platform's.
    /// - Throws: when the text is no hardware map.
    public init(_ source: SourceText, type: String?, types: KnownTypes) throws(Diagnostic) {
        let root = try YAMLText.read(source.text, file: source.path)
        guard let rows = root.elements else {
            throw Diagnostic(.error, at: root.position, "a hardware map is a list of boards")
        }
        self.rows = rows
        self.source = source
        self.type = type
        self.types = types
    }

    public func result() -> ImportResult {
        var report = ImportReport()
        var files: [ImportedFile] = []
        var taken: Set<String> = []
        var devices = DeviceTable()
        for (index, row) in rows.enumerated() {
            let facts = DataValue(row)
            guard let platform = facts["platform"]?.string?.split(separator: " ").first.map(String.init),
                platform != "unknown"
            else {
                report.items.append(unknown(row, facts, number: index + 1))
                continue
            }
            let base = platform.split(separator: "/").first.map(String.init) ?? platform
            var board = BoardFile(name: name(base, facts, &taken), type: PeerType.unknown)
            board.description = facts["product"]?.string.flatMap { $0 == "unknown" ? nil : $0 }
            board.tags = (facts["fixtures"] ?? facts["fixture"])?.list?.compactMap(\.string) ?? []
            var findings = set(type ?? typeName(base), platform: base, on: &board)
            readWiring(facts, &board, &findings)
            var item = ImportReport.Item(
                .board, board.name, source: source.path, file: "boards/\(board.name).yaml", findings: findings)
            item.findings = item.findings.map { finding in
                var placed = finding
                placed.place = finding.place ?? row.position.description
                return placed
            }
            files.append(
                ImportedFile(
                    path: "boards/\(board.name).yaml",
                    text: board.text(
                        origin: "Imported from twister: \(source.path)", findings: findings, devices: &devices)))
            report.items.append(item)
        }
        return ImportResult(files: files, report: report)
    }

    private func unknown(_ row: YAMLNode, _ facts: DataValue, number: Int) -> ImportReport.Item {
        let id = PowerPlan.shown(facts["id"])
        return ImportReport.Item(
            .board, id.isEmpty ? "\(number)" : PlainYAML.oneLine(id), source: source.path,
            findings: [
                ImportReport.Finding(
                    .left, "platform", "twister did not find out what this board is",
                    advice: "fill in `platform` in the map", place: row.position.description)
            ])
    }

    /// The platform and the end of its probe's id.
    private func name(_ platform: String, _ facts: DataValue, _ taken: inout Set<String>) -> String {
        let id = PowerPlan.shown(facts["id"] ?? facts["probe_id"]).suffix(8)
        let wanted = DeviceTable.fit(id.isEmpty ? platform : "\(platform)-\(id)")
        var name = wanted
        var number = 2
        while !taken.insert(name).inserted {
            name = "\(wanted)-\(number)"
            number += 1
        }
        return name
    }

    /// Zephyr's name without its signs, as one of ours without them.
    private func typeName(_ platform: String) -> String? {
        func bare(_ name: String) -> String { String(name.lowercased().filter { $0.isLetter || $0.isNumber }) }
        let wanted = bare(platform)
        let fitting = types.names.filter { bare($0) == wanted }
        return fitting.count == 1 ? fitting.first : nil
    }

    private func set(
        _ type: String?, platform: String, on board: inout BoardFile
    ) -> [ImportReport.Finding] {
        guard type != nil else {
            return [
                ImportReport.Finding(
                    .left, "platform", "no device type of labd is certainly '\(platform)'",
                    advice: "set `type`, here or with --type; \(types.advice(for: platform))")
            ]
        }
        return PeerType.set(type, near: platform, on: &board, peer: "twister", types: types)
    }

    private func readWiring(
        _ facts: DataValue, _ board: inout BoardFile, _ findings: inout [ImportReport.Finding]
    ) {
        func add(_ quality: ImportReport.Quality, _ key: String, _ message: String, _ advice: String? = nil) {
            findings.append(ImportReport.Finding(quality, key, message, advice: advice))
        }
        let baud = facts["baud"]?.integer ?? 115_200
        if let path = facts["serial"]?.string, path.hasPrefix("/") {
            board.console = path
            add(
                .approximated, "serial", "labd opens \(path) at the speed that it finds there",
                "let a udev rule or a unit set it: `stty -F \(path) \(baud) raw -echo`")
        } else if let program = facts["serial_pty"]?.string {
            add(.left, "serial_pty", "'\(program)' is a program; labd opens a terminal")
        } else if facts["connected"]?.bool != true {
            add(.left, "serial", "the board was not plugged in when the map was made", "say `console: {device: …}`")
        }
        let id = facts["probe_id"] ?? facts["id"]
        if let id, types.declared(by: board.type)?.variables.contains("board_id") == true {
            board.variables.append(("board_id", .string(PowerPlan.shown(id))))
        } else if let id {
            add(.left, "id", "'\(PowerPlan.shown(id))' is the probe's; the type has no variable for it")
        }
        if let runner = facts["runner"]?.string {
            add(.left, "runner", "'\(runner)': how a board is flashed is its type's matter")
        }
        for key in ["pre_script", "post_script", "post_flash_script"] {
            if let script = facts[key]?.string { add(.left, key, "'\(script)': labd runs no scripts around a test") }
        }
        add(
            .left, "power", "twister switches no power, and labd needs a switch",
            "say what switches it under `options: power`, such as a port of the hub it is plugged into")
    }
}

import JobDSL
public import LabModel

/// Makes our boards of labgrid's exporter and environment files.
public struct LabgridImport {
    private let file: LabgridFile
    private let source: SourceText
    private let type: String?
    private let types: KnownTypes

    /// - Parameter type: the device type of all boards in the file, which labgrid does not know.
    /// - Throws: with its place what makes the file none of labgrid's.
    public init(_ source: SourceText, type: String?, types: KnownTypes) throws(Diagnostic) {
        file = try LabgridFile(source)
        self.source = source
        self.type = type
        self.types = types
    }

    public func result() -> ImportResult {
        var report = ImportReport()
        var files: [ImportedFile] = []
        var devices = DeviceTable()
        for place in file.places {
            var item = ImportReport.Item(.board, place.name, source: source.path)
            guard BoardFile.isName(place.name) else {
                item.findings.append(
                    ImportReport.Finding(
                        .left, "name", "it cannot be a board's name", advice: "use letters, digits, `.`, `_` and `-`",
                        place: place.position.description))
                report.items.append(item)
                continue
            }
            var board = BoardFile(name: place.name, type: PeerType.unknown)
            board.description = place.location
            let wiring = LabgridWiring(place)
            wiring.apply(to: &board)
            item.findings = PeerType.set(type, near: place.name, on: &board, peer: "labgrid", types: types)
            item.findings += wiring.findings
            bootloader(place, &board, &item.findings)
            item.file = "boards/\(board.name).yaml"
            files.append(
                ImportedFile(
                    path: "boards/\(board.name).yaml",
                    text: board.text(
                        origin: "Imported from labgrid: \(source.path)", findings: item.findings, devices: &devices)))
            report.items.append(item)
        }
        for entry in file.others {
            report.items.append(
                ImportReport.Item(
                    .file, entry.key, source: source.path,
                    findings: [
                        ImportReport.Finding(
                            .left, entry.key, "is for labgrid's own programs",
                            place: entry.keyPosition.description)
                    ]))
        }
        if let file = devices.file(origin: "Imported from labgrid: what switches the boards' power.") {
            files.append(file)
            report.notes.append(DeviceTable.pasteNote)
        }
        return ImportResult(files: files, report: report)
    }

    /// What an environment's boot loader driver knows, as variables of the type.
    private func bootloader(
        _ place: LabgridPlace, _ board: inout BoardFile, _ findings: inout [ImportReport.Finding]
    ) {
        let declared = types.declared(by: board.type)?.variables ?? []
        let names = [
            ("prompt", "bootloader_prompt"), ("autoboot", "interrupt_prompt"), ("interrupt", "interrupt_char"),
        ]
        for driver in place.drivers where driver.kind == "UBootDriver" {
            for (theirs, ours) in names {
                guard let value = driver.parameters[theirs] else { continue }
                if declared.contains(ours) {
                    board.variables.append((ours, value))
                } else {
                    findings.append(
                        ImportReport.Finding(
                            .left, "UBootDriver: \(theirs)",
                            "'\(PowerPlan.shown(value))' would be the variable `\(ours)`, which the type does not have",
                            place: driver.position.description))
                }
            }
        }
    }
}

/// The device type of boards from labs that know none.
enum PeerType {
    /// Stands where nobody knows the type: labd names the file that has it.
    static let unknown = "set-me"

    static func set(
        _ type: String?, near hint: String, on board: inout BoardFile, peer: String, types: KnownTypes
    ) -> [ImportReport.Finding] {
        guard let type else {
            return [
                ImportReport.Finding(
                    .left, "type", "\(peer) does not say what kind of board this is",
                    advice: "set `type`, here or with --type; \(types.advice(for: hint))")
            ]
        }
        board.type = type
        guard !types.names.contains(type) else { return [] }
        return [
            ImportReport.Finding(
                .left, "type", "labd has no device type `\(type)`", advice: types.advice(for: type))
        ]
    }
}

import Foundation
import LabImport
import LabModel

/// An import's report with what became of its files.
struct ImportSummary: Encodable {
    var items: [ImportReport.Item]
    var notes: [String]
    var files: [ImportFolder.FileState]
    var folder: String
    var isDryRun: Bool

    init(report: ImportReport, files: [ImportFolder.FileState], folder: String, isDryRun: Bool) {
        items = report.items
        notes = report.notes
        self.files = files
        self.folder = folder
        self.isDryRun = isDryRun
    }

    private struct ItemBody: Encodable {
        var kind: String
        var name: String
        var source: String
        var file: String?
        var quality: String
        var findings: [ImportReport.Finding]
    }

    private enum CodingKeys: String, CodingKey {
        case items, notes, files, folder
        case isDryRun = "dry_run"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(
            items.map {
                ItemBody(
                    kind: $0.kind.rawValue, name: $0.name, source: $0.source, file: $0.file,
                    quality: $0.quality.rawValue, findings: $0.findings)
            }, forKey: .items)
        try container.encode(notes, forKey: .notes)
        try container.encode(files, forKey: .files)
        try container.encode(folder, forKey: .folder)
        try container.encode(isDryRun, forKey: .isDryRun)
    }

    func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }
}

/// What an import made, board by board.
struct ImportView {
    var style: TextStyle

    func lines(_ summary: ImportSummary) -> [String] {
        var lines = summary.items.flatMap { item in [head(item)] + item.findings.flatMap { self.lines($0) } }
        if !lines.isEmpty { lines.append("") }
        lines += summary.notes.map { "\(style.paint("note:", .cyan)) \(SafeText.line($0))" }
        lines += counts(summary.items)
        lines.append(written(summary))
        let kept = summary.files.filter { $0.state == .kept }
        lines += kept.map { "  \(SafeText.line($0.path)) was edited and stays; --force overwrites it" }
        return lines
    }

    private func head(_ item: ImportReport.Item) -> String {
        let kind = item.kind == .board ? "" : "\(item.kind == .type ? "device type" : item.kind.rawValue) "
        let place = item.file.map { " \(style.usesUnicode ? "→" : "->") \($0)" } ?? ""
        return "\(mark(item.quality)) \(kind)\(style.paint(SafeText.line(item.name), .bold)): "
            + SafeText.line("\(item.quality.rawValue)\(place)")
    }

    private func lines(_ finding: ImportReport.Finding) -> [String] {
        let place = finding.place.map { "\($0): " } ?? ""
        let word = style.paint("\(finding.quality.rawValue):", ink(finding.quality))
        let head = "    \(word) " + SafeText.line("\(place)\(finding.subject): \(finding.message)")
        return [head] + (finding.advice.map { ["      " + SafeText.line($0)] } ?? [])
    }

    private func mark(_ quality: ImportReport.Quality) -> String {
        switch quality {
        case .exact: style.paint(style.usesUnicode ? "✓" : "[ok]", .green)
        case .approximated: style.paint("~", .yellow)
        case .left: style.paint(style.usesUnicode ? "✗" : "[left]", .red)
        }
    }

    private func ink(_ quality: ImportReport.Quality) -> Ink {
        switch quality {
        case .exact: .green
        case .approximated: .yellow
        case .left: .red
        }
    }

    private func counts(_ items: [ImportReport.Item]) -> [String] {
        let words: [(ImportReport.Item.Kind, String)] = [
            (.board, "boards"), (.type, "device types"), (.device, "devices"), (.file, "other files"),
        ]
        return words.compactMap { kind, word in
            let own = items.filter { $0.kind == kind }
            guard !own.isEmpty else { return nil }
            let parts = ImportReport.Quality.allCases.compactMap { quality -> String? in
                let count = own.count { $0.quality == quality }
                return count == 0 ? nil : "\(count) \(Self.words(quality))"
            }
            return "\(word): \(parts.joined(separator: ", "))"
        }
    }

    private static func words(_ quality: ImportReport.Quality) -> String {
        switch quality {
        case .exact: "exact"
        case .approximated: "approximated"
        case .left: "with something left"
        }
    }

    private func written(_ summary: ImportSummary) -> String {
        let states: [(ImportFolder.FileState.State, String)] = [
            (.new, "new"), (.changed, "changed"), (.unchanged, "unchanged"), (.kept, "kept as edited"),
        ]
        let parts = states.compactMap { state, word -> String? in
            let count = summary.files.count { $0.state == state }
            return count == 0 ? nil : "\(count) \(word)"
        }
        let verb = summary.isDryRun ? "would be in" : "in"
        let files = parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
        return "files \(verb) \(SafeText.line(summary.folder)): \(files)"
    }
}

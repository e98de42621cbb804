import LabModel
import LabWire

/// What came of a board's qualification.
struct QualificationView {
    var style: TextStyle

    func lines(_ report: QualificationInfo, of board: String) -> [String] {
        var table = Table([
            .init("BOOT", isNumber: true), .init("UP AFTER", isNumber: true), .init("ON"), .init("OFF"),
            .init("FAILURE", minimum: 16, leaves: 1),
        ])
        table.rows = report.boots.map { boot in
            [
                .init(String(boot.number)),
                .init(boot.bootTime.map { "\(($0 * 10).rounded() / 10) s" } ?? "-"), .init(boot.on, ink(boot.on, "on")),
                .init(boot.off, ink(boot.off, "off")), .init(SafeText.line(boot.failure ?? "")),
            ]
        }
        let verdict = report.isQualified ? style.paint("good", .green) : style.paint("bad", .red)
        return table.lines(in: style) + ["", "\(SafeText.line(board)): \(verdict): \(SafeText.line(report.summary))"]
    }

    private func ink(_ seen: String, _ wanted: String) -> Ink {
        seen == wanted ? .green : seen == PowerVerdict.stuck.rawValue ? .red : .yellow
    }
}

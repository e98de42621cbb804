import LabModel
import LabWire

/// What retention removed, or would remove.
struct RetentionView {
    var style: TextStyle

    func lines(_ info: RetentionInfo) -> [String] {
        var lines = FieldList(style: style).lines([
            ("policy", SafeText.line(info.policy)),
            ("disk", info.level == DiskLevel.ample.rawValue ? "has room" : style.paint(info.level, .yellow)),
        ])
        var table = Table([.init("WHAT"), .init("ITEMS", isNumber: true), .init("SPACE", isNumber: true)])
        table.rows = Self.counts(info).map { name, count in
            [.init(name), .init(String(count.items)), .init(count.bytes == 0 ? "-" : Figures.bytes(count.bytes))]
        }
        lines += table.lines(in: style)
        lines += info.obstacles.map { style.paint("left: \(SafeText.line($0))", .red) }
        lines.append(
            info.dryRun
                ? "nothing was removed; `lablctl retention --run` does it now, and labd does it by itself"
                : "removed: \(Self.words(info))")
        return lines
    }

    private static func counts(_ info: RetentionInfo) -> [(String, RetentionInfo.Count)] {
        [
            ("jobs with their results", info.jobs), ("logs of jobs", info.logs),
            ("recordings of power cuts", info.recordings), ("cached images", info.images),
            ("transcripts of consoles", info.consoles),
        ]
    }

    /// In a line.
    static func words(_ info: RetentionInfo) -> String {
        let bytes = counts(info).reduce(0) { $0 + $1.1.bytes }
        let parts = counts(info).filter { $0.1.items > 0 }.map { "\($0.1.items) \($0.0)" }
        guard !parts.isEmpty || info.traces > 0 else { return "nothing" }
        let traces = info.traces > 0 ? ["\(info.traces) old events"] : []
        return (parts + traces).joined(separator: ", ") + (bytes > 0 ? ", \(Figures.bytes(bytes))" : "")
    }
}

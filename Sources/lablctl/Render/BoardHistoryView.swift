import LabModel
import LabWire

/// What a board has been through.
struct BoardHistoryView {
    var style: TextStyle

    func lines(_ history: BoardHistoryInfo) -> [String] {
        var shown = [style.paint(SafeText.line(history.board), .bold) + " (\(SafeText.line(history.type)))"]
        shown += history.trend.signs.map { style.paint("! " + SafeText.line($0.text), .yellow) }
        guard !history.runs.isEmpty else { return [shown[0], "no job ran on it yet"] + health(history.healthChanges) }
        shown += [""] + figures(history.trend)
        return shown + [""] + runs(history.runs) + health(history.healthChanges)
    }

    private func figures(_ trend: BoardTrendInfo) -> [String] {
        var table = Table([
            .init(""), .init("JOBS", isNumber: true), .init("BOOT FAILED", isNumber: true),
            .init("LAB FAILED", isNumber: true), .init("BOOT TIME", isNumber: true), .init("SWITCHED", isNumber: true),
        ])
        let rows: [(String, BoardFiguresInfo?)] = [
            ("last 10", trend.lately), ("last 100", trend.long), ("others of its type", trend.others),
        ]
        for (name, figures) in rows {
            guard let figures else { continue }
            table.rows.append([
                .init(name), .init(String(figures.jobs)), .init(share(figures.withFailedBoot, of: figures.booted)),
                .init(share(figures.infrastructureFailures, of: figures.jobs)),
                .init(figures.bootTime.map { Figures.seconds($0) } ?? "-"),
                // Of the others it is not counted: boards differ in what they run.
                .init(name == "others of its type" ? "-" : String(figures.switches)),
            ])
        }
        return table.lines(in: style)
    }

    private func share(_ part: Int, of whole: Int) -> String { whole == 0 ? "-" : "\(part) of \(whole)" }

    private func runs(_ runs: [BoardRunInfo]) -> [String] {
        var table = Table([
            .init("JOB", isNumber: true), .init("ENDED (UTC)"), .init("OUTCOME"), .init("BOOT", isNumber: true),
            .init("STEP", minimum: 8, leaves: 2), .init("BUILD", minimum: 10, leaves: 1), .init("NAME", minimum: 12),
        ])
        table.rows = runs.map { run in
            [
                .init(String(run.job)), .init(Figures.time(run.ended)), .init(words(run), ink(run.outcome)),
                .init(run.bootTime.map { Figures.seconds($0) } ?? "-"), .init(run.step ?? "-"),
                .init(run.build?.name ?? "?"), .init(run.jobName),
            ]
        }
        return table.lines(in: style)
    }

    private func words(_ run: BoardRunInfo) -> String {
        let text =
            switch run.outcome {
            case BoardRun.Outcome.boot.name: "boot failed"
            case BoardRun.Outcome.infrastructure.name: "lab failed"
            case BoardRun.Outcome.failed.name: "job failed"
            default: run.outcome
            }
        return run.failedBoots > 0 && run.outcome != BoardRun.Outcome.boot.name
            ? "\(text), \(run.failedBoots) of \(run.boots) boots failed" : text
    }

    private func ink(_ outcome: String) -> Ink {
        switch outcome {
        case BoardRun.Outcome.complete.name: .green
        case BoardRun.Outcome.boot.name, BoardRun.Outcome.infrastructure.name: .red
        default: .yellow
        }
    }

    private func health(_ changes: [HealthChangeInfo]) -> [String] {
        guard !changes.isEmpty else { return [] }
        return ["", style.paint("health", .bold)]
            + changes.flatMap { change in
                let reason = change.reason.map { ": " + SafeText.line($0) } ?? ""
                return style.hanging("  \(Figures.time(change.at))  ", SafeText.line(change.health) + reason)
            }
    }
}

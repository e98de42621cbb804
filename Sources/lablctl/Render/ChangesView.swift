import LabModel
import LabWire

/// Test cases that are flaky, or that changed with a build.
struct ChangesView {
    var style: TextStyle

    func flaky(_ list: FlakyList) -> [String] {
        guard !list.cases.isEmpty else {
            return ["no flaky test case"] + notes(list.results, list.withoutBuild, list.cut, rest: 0)
        }
        var table = Table([
            .init("TEST", minimum: 16), .init("FLIPS", isNumber: true), .init("RATE", isNumber: true),
            .init("PASSED", isNumber: true, leaves: 4), .init("FAILED", isNumber: true, leaves: 5),
            .init("TYPE", minimum: 8, leaves: 2), .init("FAILED ON", minimum: 8, leaves: 3),
            .init("LAST (UTC)"), .init("JOB", isNumber: true), .init("JOB NAME", minimum: 10, leaves: 1),
        ])
        table.rows = list.cases.map { one in
            [
                .init("\(one.suite)/\(([one.set, one.name] as [String?]).compactMap { $0 }.joined(separator: "/"))"),
                .init("\(one.flips) of \(one.repeats)"), .init("\(Int((one.rate * 100).rounded())) %", .yellow),
                .init(String(one.passes)), .init(String(one.failures)), .init(one.deviceType ?? "-"),
                .init(one.boards.isEmpty ? "-" : one.boards.joined(separator: ",")), .init(Figures.time(one.lastFlip)),
                .init(String(one.lastJob)), .init(one.job),
            ]
        }
        return table.lines(in: style)
            + notes(list.results, list.withoutBuild, list.cut, rest: list.total - list.cases.count)
    }

    func changes(_ list: ChangeList) -> [String] {
        var shown: [String] = []
        for kind in CaseChange.Kind.allCases {
            let changes = list.changes.filter { $0.kind == kind.rawValue }
            guard !changes.isEmpty else { continue }
            let title = kind == .regression ? "fail since a build" : "pass since a build"
            if !shown.isEmpty { shown.append("") }
            shown.append(style.paint(title, kind == .regression ? .red : .green))
            shown += changes.flatMap { lines($0, fails: kind == .regression) }
        }
        if shown.isEmpty { shown = ["no test case changed"] }
        return shown + notes(list.results, list.withoutBuild, list.cut, rest: list.total - list.changes.count)
    }

    private func lines(_ change: CaseChangeInfo, fails: Bool) -> [String] {
        let name = ([change.suite, change.set, change.name] as [String?]).compactMap { $0 }.joined(separator: "/")
        let place = [change.deviceType, change.job].compactMap { $0 }.map(SafeText.line).joined(separator: ", ")
        let verb = fails ? "failed" : "passed"
        let certainty =
            switch CaseChange.Certainty(rawValue: change.certainty) {
            case .sure: ""
            case .likely: style.paint(" (likely)", .yellow)
            case .thin, nil: style.paint(" (too few runs to be sure)", .yellow)
            }
        let now = change.now
        let count = fails ? now.failures : now.passes
        let builds = change.builds > 1 ? ", \(change.builds) builds by now" : ""
        return [
            "  " + style.paint(SafeText.line(name), .bold) + style.paint(" on \(place)", .dim) + certainty,
            "    since \(build(change.since)) (job \(change.since.firstJob), \(Figures.time(change.since.first)))\(builds); "
                + "\(verb) \(count) of \(now.passes + now.failures) on the newest",
            "    before: \(build(change.before)) (job \(change.before.lastJob)), "
                + "\(change.before.passes) passed, \(change.before.failures) failed",
        ]
    }

    private func build(_ outcomes: BuildOutcomesInfo) -> String { SafeText.line(outcomes.build.name) }

    private func notes(_ results: Int, _ withoutBuild: Int, _ isCut: Bool, rest: Int) -> [String] {
        var notes: [String] = []
        if rest > 0 { notes.append("and \(rest) more") }
        if withoutBuild > 0 {
            notes.append(
                "\(withoutBuild) of \(results) results tell no build: name it in the job's `metadata`, such as `build: 1234`"
            )
        }
        if isCut { notes.append("only the newest results were looked at") }
        return notes.map { style.paint($0, .dim) }
    }
}

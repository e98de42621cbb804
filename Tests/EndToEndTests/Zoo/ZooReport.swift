/// What the checks of the zoo look at in a campaign's report.
struct ZooReport: Decodable, Sendable {
    struct State: Decodable, Sendable {
        var id: String
        var model: String
        var verdict: String
        var isAllowed: Bool
        var phase: String?

        /// Writes of the update that reached the disk whole: 54 of `w54`, `w54:first1` and `w50-54{51}`.
        var writes: Int {
            let number = id.dropFirst().prefix { $0 != "/" && $0 != ":" && $0 != "{" }
            return Int(number.split(separator: "-").last ?? "") ?? -1
        }

        /// Further cuts, in the boots that followed.
        var furtherCuts: Int { id.count { $0 == "/" } }
    }

    struct Recheck: Decodable, Sendable {
        struct Wrong: Decodable, Sendable {
            var state: String
        }

        var candidates: Int
        var rebooted: Int
        var wrong: [Wrong]
    }

    var line: String
    var isSound: Bool
    var end: String
    var states: [State]
    var recheck: Recheck

    var failing: [State] { states.filter { !$0.isAllowed } }

    /// The states of one model, in the order of their cuts.
    func states(of model: String) -> [State] {
        states.filter { $0.model == model }.sorted { ($0.writes, $0.furtherCuts) < ($1.writes, $1.furtherCuts) }
    }

    /// Of one model: each run of equal verdicts, with the first state of it.
    func ranges(of model: String) -> [State] {
        states(of: model).reduce(into: []) { ranges, state in
            if ranges.last?.verdict != state.verdict { ranges.append(state) }
        }
    }
}

import LabWire

/// What happened during a run of kills, in numbers.
struct KillTable {
    var starts = 0
    /// Moments at which the database could not be read because labd was stopped while it opened it.
    var unreadable = 0
    private var kills: [String: Int] = [:]
    private var disturbances: [String: Int] = [:]
    private var looks = 0
    private var powered = 0

    mutating func killed(_ life: KillPlan.Life) {
        switch life.moment {
        case .starting: kills["starting", default: 0] += 1
        case .running: kills["running", default: 0] += 1
        case .event(let kind, _, _): kills[kind, default: 0] += 1
        }
        switch life.disturbance {
        case .none: break
        case .clock: disturbances["clock stepped", default: 0] += 1
        case .fullDisk: disturbances["disk full", default: 0] += 1
        case .lock: disturbances["database locked", default: 0] += 1
        }
    }

    mutating func looked(_ boards: Int) {
        looks += 1
        powered += boards
    }

    func text(_ audit: LabAudit, _ told: CrashLedger.Content) -> String {
        func list(_ counts: [String: Int]) -> String {
            counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        }
        let complete = audit.jobs.filter { $0.health == 1 }
        let attempts = Dictionary(grouping: audit.jobs, by: \.attempt).mapValues(\.count)
        let reasons = Dictionary(
            grouping: audit.jobs.filter { $0.health != 1 },
            by: { job in
                job.failure.map { failure in
                    ["labd stopped", "disk is full", "locked", "No space"].first { failure.contains($0) } ?? failure
                } ?? "no reason"
            }
        ).mapValues(\.count)
        let rows = [
            ("kills", "\(kills.values.reduce(0, +)): \(list(kills))"),
            ("starts", "\(starts)"),
            ("beside them", disturbances.isEmpty ? "nothing" : list(disturbances)),
            (
                "submissions",
                "\(told.jobs.count) acknowledged, \(told.unanswered) cut off, \(told.refusals.count) refused"
            ),
            (
                "jobs",
                "\(audit.jobs.count): \(complete.count) complete, \(audit.jobs.count - complete.count) incomplete"
            ),
            ("incomplete", reasons.isEmpty ? "none" : list(reasons)),
            ("runs", attempts.sorted { $0.key < $1.key }.map { "\($0.value) jobs \($0.key)" }.joined(separator: ", ")),
            ("stored", "\(audit.resultCount) results, \(audit.eventCount) events, \(audit.powerChanges) power changes"),
            (
                "looked",
                "\(looks) times at the moment of a kill, \(powered) boards had power; \(unreadable) times nothing to read"
            ),
        ]
        return rows.map { "kill test: \($0.0.padding(to: 12)) \($0.1)" }.joined(separator: "\n")
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

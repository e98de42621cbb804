/// When an update that nobody cut printed its marks, counted from the newline of its command.
public struct UpdateTimeline: Hashable, Sendable, Codable {
    /// A phase began.
    public struct Mark: Hashable, Sendable, Codable {
        /// The board's name for it, fit for a test case.
        public var name: String
        /// What the board printed, where that is something else.
        public var printed: String?
        /// Whether the whole mark is the name, because the group that names phases took no part in the match.
        public var isUngrouped: Bool?
        /// One more for each mark of the same name.
        public var occurrence: Int
        public var at: Duration

        public init(
            name: String, printed: String? = nil, isUngrouped: Bool? = nil, occurrence: Int = 1, at: Duration
        ) {
            self.name = name
            self.printed = printed
            self.isUngrouped = isUngrouped
            self.occurrence = occurrence
            self.at = at
        }

        /// The name, unique in its update: a phase that comes again is `copy-2`, and one that is named as what comes before
        /// the first mark is `start-1`.
        public var phase: String {
            occurrence == 1 && name != UpdateTimeline.firstPhase ? name : "\(name)-\(occurrence)"
        }
    }

    /// What lies between two marks.
    public struct Phase: Hashable, Sendable {
        public var name: String
        public var begin: Duration
        public var length: Duration

        public var end: Duration { begin + length }

        public init(name: String, begin: Duration, length: Duration) {
            self.name = name
            self.begin = begin
            self.length = length
        }
    }

    /// In order of time.
    public var marks: [Mark]
    /// When the updater reported success.
    public var success: Duration?
    /// When the job's own trigger was met.
    public var trigger: Duration?
    /// When the update was over, with the time it was given to settle.
    public var end: Duration

    public init(marks: [Mark] = [], success: Duration? = nil, trigger: Duration? = nil, end: Duration) {
        self.marks = marks
        self.success = success
        self.trigger = trigger
        self.end = end
    }

    /// What comes before the first mark.
    public static let firstPhase = "start"

    /// All phases with a length, in order.
    public var phases: [Phase] {
        var begins: [(String, Duration)] = [(Self.firstPhase, .zero)]
        begins += marks.map { ($0.phase, $0.at) }
        return begins.enumerated().compactMap { index, begin in
            let next = index + 1 < begins.count ? begins[index + 1].1 : end
            guard next > begin.1 else { return nil }
            return Phase(name: begin.0, begin: begin.1, length: next - begin.1)
        }
    }

    /// The phase at `moment`; the first or the last one outside of the update.
    public func phase(at moment: Duration) -> Phase? {
        phases.last { $0.begin <= moment } ?? phases.first
    }

    /// Several runs of one update: the median of each time, where all of them printed the same marks.
    ///
    /// - Returns: nil without runs, or when their marks differ.
    public static func median(of runs: [UpdateTimeline]) -> UpdateTimeline? {
        guard let first = runs.first else { return nil }
        guard runs.allSatisfy({ $0.marks.map(\.phase) == first.marks.map(\.phase) }) else { return nil }
        func middle(_ values: [Duration]) -> Duration? {
            let sorted = values.sorted()
            return sorted.isEmpty ? nil : sorted[sorted.count / 2]
        }
        return UpdateTimeline(
            marks: first.marks.indices.map { index in
                var mark = first.marks[index]
                mark.at = middle(runs.map { $0.marks[index].at }) ?? mark.at
                return mark
            }, success: middle(runs.compactMap(\.success)), trigger: middle(runs.compactMap(\.trigger)),
            end: middle(runs.map(\.end)) ?? first.end)
    }
}

/// One row of the table: what labd took beside what the same thing cannot do without.
///
/// A row travels as one line of JSON from a bench program to `BenchTable`.
public struct BenchRow: Codable, Sendable {
    /// How a measured figure relates to its target.
    public enum Verdict: String, Codable, Sendable {
        /// The target holds.
        case met
        /// Missed, by at most one and a half times.
        case close
        /// Missed by more than one and a half times.
        case missed
        /// Shown for the reader; nothing was promised.
        case shown
        /// It could not be measured here.
        case notRun = "not run"
    }

    /// What was done, in the words of the table.
    public var what: String
    /// What the floor did in the same run; nil where none makes sense.
    public var floorName: String?
    /// The floor's median, in `unit`.
    public var floor: Double?
    /// Ours, the median, in `unit`; nil for what could not be measured.
    public var ours: Double?
    /// The 99th percentiles, where they matter.
    public var floorTail: Double?
    public var tail: Double?
    /// `s`, `ms`, `MB/CPU-s`, `1/s`, `MiB`, `%`…
    public var unit: String
    /// The target in words: `at most 1.15 x`.
    public var target: String?
    public var verdict: Verdict
    /// Runs, spread, sizes: what a reader needs to believe the figure.
    public var note: String

    /// - Parameters:
    ///   - excess: how far the figure is beyond its target: 1 is just met, below 1 is better, above 1.5 is missed;
    ///     nil where nothing was promised.
    public init(
        _ what: String, floorName: String? = nil, floor: Double? = nil, ours: Double, unit: String,
        target: String? = nil, excess: Double? = nil, note: String
    ) {
        self.what = what
        self.floorName = floorName
        self.floor = floor
        self.ours = ours
        self.unit = unit
        self.target = target
        self.note = note
        verdict = excess.map { $0 <= 1 ? .met : $0 <= 1.5 ? .close : .missed } ?? .shown
    }

    /// A row that could not be measured, and why.
    public init(notRun what: String, because reason: String) {
        self.what = what
        unit = "-"
        verdict = .notRun
        note = "not run: \(reason)"
    }

    /// Ours over the floor; nil without a floor.
    public var ratio: Double? {
        guard let floor, let ours, floor > 0 else { return nil }
        return ours / floor
    }
}

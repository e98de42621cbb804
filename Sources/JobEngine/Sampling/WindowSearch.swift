import LabModel

/// Looks for the borders of the window around one failing cut: first cuts close to it, then each border is bracketed and
/// the bracket halved until it is as narrow as the power path scatters.
///
/// All times are moments of the learned timeline at which the board was without power.
struct WindowSearch: Hashable {
    /// What was found.
    struct Window: Hashable {
        var from: Duration
        var to: Duration
        /// Each border may be off by so much.
        var uncertainty: Duration
        /// Cuts between the borders, and how many of them failed.
        var cutsInside: Int
        var failuresInside: Int
        /// The search ended before the brackets were narrow enough.
        var isRough: Bool
    }

    private enum Border: Hashable {
        case lower, upper
    }

    /// The narrowest bracket that is looked for where nothing scatters.
    static let finest = Duration.milliseconds(1)
    /// Cuts at one border, from the first bracket to the last.
    static let patience = 30

    let found: Duration
    private let resolution: Duration
    private let spread: Duration
    private let limits: ClosedRange<Duration>
    /// Cuts close to the first one that are left.
    private var closeLeft: Int
    private var left: [Border: Int] = [.lower: WindowSearch.patience, .upper: WindowSearch.patience]
    private var failures: [Duration]
    private var passes: [Duration]

    /// - Parameters:
    ///   - passes: moments of cuts that the update survived.
    ///   - limits: the update's begin and end.
    ///   - closeCuts: cuts within three times the jitter of `found`.
    init(
        found: Duration, passes: [Duration], jitter: Duration, limits: ClosedRange<Duration>, closeCuts: Int
    ) {
        self.found = found
        self.passes = passes
        self.limits = limits
        failures = [found]
        resolution = max(jitter, Self.finest)
        spread = resolution * 3
        closeLeft = closeCuts
    }

    /// The moment to be cut next; nil when there is nothing more to find out.
    func next(_ chance: inout SplitMix64) -> Duration? {
        if closeLeft > 0 {
            let moment = chance.duration(in: (found - spread)...(found + spread))
            return min(max(moment, limits.lowerBound), limits.upperBound)
        }
        for border in [Border.lower, .upper] where left[border, default: 0] > 0 {
            let bracket = bracket(border)
            if bracket.upperBound - bracket.lowerBound > resolution {
                return bracket.lowerBound + (bracket.upperBound - bracket.lowerBound) / 2
            }
        }
        return nil
    }

    /// Takes the cut that was asked for last; nil for one that missed or is invalid.
    mutating func record(_ outcome: (moment: Duration, isFailure: Bool)?) {
        if closeLeft > 0 {
            closeLeft -= 1
        } else if let border = [Border.lower, .upper].first(where: { isWanted($0) }) {
            left[border, default: 0] -= 1
        }
        if let outcome { note(outcome.moment, isFailure: outcome.isFailure) }
    }

    /// Takes a cut that was made for something else.
    mutating func note(_ moment: Duration, isFailure: Bool) {
        if isFailure { failures.append(moment) } else { passes.append(moment) }
    }

    /// Whether a failure at `moment` belongs to this window and needs no search of its own.
    func covers(_ moment: Duration) -> Bool {
        let window = window
        return moment >= window.from - spread && moment <= window.to + spread
    }

    var window: Window {
        let (lower, upper) = (bracket(.lower), bracket(.upper))
        let (from, to) = (middle(lower), middle(upper))
        let inside = failures.count { $0 >= from && $0 <= to }
        let survived = passes.count { $0 > from && $0 < to }
        let half = max(lower.upperBound - lower.lowerBound, upper.upperBound - upper.lowerBound) / 2
        return Window(
            from: from, to: to, uncertainty: max(resolution, half), cutsInside: inside + survived,
            failuresInside: inside, isRough: half * 2 > resolution)
    }

    private func isWanted(_ border: Border) -> Bool {
        let bracket = bracket(border)
        return left[border, default: 0] > 0 && bracket.upperBound - bracket.lowerBound > resolution
    }

    private func middle(_ range: ClosedRange<Duration>) -> Duration {
        range.lowerBound + (range.upperBound - range.lowerBound) / 2
    }

    /// Between the outermost failure that hangs together with the first one and the nearest cut beyond it that passed.
    ///
    /// Failures hang together over a pass that lies within the scatter: at a border, cuts pass and fail side by side.
    private func bracket(_ border: Border) -> ClosedRange<Duration> {
        let sign = border == .lower ? -1 : 1
        let cuts =
            (failures.map { ($0, true) } + passes.map { ($0, false) })
            .filter { border == .lower ? $0.0 <= found : $0.0 >= found }
            .sorted { border == .lower ? $0.0 > $1.0 : $0.0 < $1.0 }
        var edge = found
        var beyond: Duration?
        for (moment, isFailure) in cuts {
            if isFailure {
                // Farther away than the path scatters, a cut that passed between is the border.
                if let beyond, (moment - beyond) * sign > spread { break }
                edge = moment
                beyond = nil
            } else {
                beyond = beyond ?? moment
            }
        }
        let limit = border == .lower ? limits.lowerBound : limits.upperBound
        let other = beyond ?? limit
        return min(edge, other)...max(edge, other)
    }
}

/// Durations as devices count them.
enum WholeUnits {
    /// How many units a duration is, rounded up: a pulse is never shorter than asked for.
    ///
    /// - Returns: nil when the device cannot count that far.
    static func count(_ duration: Duration, of unit: Duration, in range: ClosedRange<Int>) -> Int? {
        guard duration > .zero, duration <= unit * range.upperBound else { return nil }
        let whole = Int((duration / unit).rounded(.up))
        return range.contains(whole) ? whole : nil
    }
}

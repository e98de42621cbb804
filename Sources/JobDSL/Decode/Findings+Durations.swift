import LabModel

/// Units of a duration's mapping form, such as `{minutes: 5}`.
private let unitSeconds: [(name: String, seconds: Int)] = [
    ("days", 86_400), ("hours", 3600), ("minutes", 60), ("seconds", 1),
]

/// Ten years: longer than any job, short enough that sums never overflow.
private let longestSeconds = 10 * 366 * 86_400

extension Findings {
    /// LAVA's mapping form: exactly one of `days`, `hours`, `minutes`, `seconds`, a whole number of at least 1.
    ///
    /// - Parameter skips: takes the value of `skip`; nil where `skip` is not a key.
    func lavaDuration(
        _ node: YAMLNode, _ what: String, unknown: MapReader.UnknownKeys = .error, skips: ((Bool) -> Void)? = nil
    ) -> Duration? {
        guard let map = MapReader(node, what, self) else { return nil }
        var found: [Duration] = []
        for (unit, seconds) in unitSeconds {
            if let count = map.int(unit, in: 1...(longestSeconds / seconds)) { found.append(.seconds(count * seconds)) }
        }
        if let skips, let value = map.bool("skip") { skips(value) }
        let given = map.given(among: unitSeconds.map(\.name))
        map.finish(unknown: unknown)
        if given.count != 1 {
            error(
                at: node.position, "\(what) needs exactly one of days, hours, minutes or seconds",
                suggestion: "write for example `{minutes: 5}`")
            return nil
        }
        return found.first
    }

    /// Any way to say a duration: `2s`, `300 ms`, `1m`, `1h`, a number of seconds, or LAVA's mapping with
    /// `milliseconds` as one more unit.
    public func duration(_ node: YAMLNode, _ what: String, allowsZero: Bool = false) -> Duration? {
        let value: Duration?
        if let milliseconds = node["milliseconds"], node.entries?.count == 1 {
            value = int(milliseconds, "`milliseconds`", in: 0...(longestSeconds * 1000)).map { .milliseconds($0) }
        } else if node.entries != nil {
            return lavaDuration(node, what)
        } else if let scalar = node.scalar, let parsed = DurationText.parse(scalar.text) {
            value = parsed
        } else {
            mismatch(node, what, needs: "a duration", suggestion: "write for example `300 ms`, `2s` or `1m`")
            return nil
        }
        guard let value, allowsZero || value > .zero else {
            if value != nil { error(at: node.position, "\(what) must be longer than zero") }
            return nil
        }
        return value
    }
}

/// Durations as people write them.
public enum DurationText {
    private static let units: [String: Double] = [
        "ms": 0.001, "s": 1, "sec": 1, "second": 1, "seconds": 1, "m": 60, "min": 60, "minute": 60, "minutes": 60,
        "h": 3600, "hour": 3600, "hours": 3600, "d": 86_400, "day": 86_400, "days": 86_400, "": 1,
        "millisecond": 0.001, "milliseconds": 0.001,
    ]

    /// `2s`, `300 ms`, `10m`, `1h` or a number of seconds; nil for anything else.
    public static func parse(_ text: String) -> Duration? {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(number.count).drop { $0 == " " }
        guard let first = number.first, first.isNumber, let value = Double(number), let factor = units[String(unit)],
            value * factor <= Double(longestSeconds)
        else { return nil }
        return .nanoseconds(Int64((value * factor * 1e9).rounded()))
    }
}

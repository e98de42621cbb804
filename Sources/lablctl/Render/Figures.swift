import Foundation
import LabModel

/// Numbers and times as people read them.
enum Figures {
    /// A length such as `350 ms`, `4.2 s`, `3 min 05 s`, `2 h 10 min`.
    static func seconds(_ seconds: Double) -> String {
        // Rounded before it is cut into units: 1799.9 s are 30 min, and 59.96 s are no 60.0 s.
        switch seconds {
        case ..<0: "-" + Figures.seconds(-seconds)
        case ..<0.000_999_5: "\(Int((seconds * 1_000_000).rounded())) us"
        case ..<0.999_5: "\(Int((seconds * 1000).rounded())) ms"
        case ..<59.95: "\(tenths(seconds)) s"
        case ..<3599.5: "\(Int(seconds.rounded()) / 60) min \(twoDigits(Int(seconds.rounded()) % 60)) s"
        case ..<1e9: "\(Int((seconds / 60).rounded()) / 60) h \(twoDigits(Int((seconds / 60).rounded()) % 60)) min"
        default: "very long"
        }
    }

    /// A size such as `512 B`, `4.5 KiB`, `123 MiB`.
    static func bytes(_ count: Int64) -> String {
        var (size, unit) = (Double(count), "B")
        for next in ["KiB", "MiB", "GiB", "TiB"] where size.magnitude >= 1024 { (size, unit) = (size / 1024, next) }
        return unit == "B" || size >= 100 ? "\(Int(size.rounded())) \(unit)" : "\(tenths(size)) \(unit)"
    }

    /// A number without a fraction that says nothing.
    static func number(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : String(value)
    }

    /// A measurement with its unit: lengths of time in short form, other numbers with at most six digits that count.
    static func measurement(_ value: Double, units: String) -> String {
        guard units != "seconds" else { return seconds(value) }
        let scale = value == 0 ? 1 : pow(10, 5 - log10(value.magnitude).rounded(.down))
        let rounded = scale.isFinite && value.magnitude < 1e5 ? (value * scale).rounded() / scale : value
        return "\(number(rounded)) \(SafeText.line(units))".trimmedOfWhitespace
    }

    /// A time of the API (`2026-08-20T10:00:00.123456+00:00`) as `2026-08-20 10:00:00`, still in UTC.
    static func time(_ iso8601: String) -> String {
        guard iso8601.count >= 19, iso8601.contains("T") else { return SafeText.line(iso8601) }
        return SafeText.line(String(iso8601.prefix(19))).replacing("T", with: " ")
    }

    /// The same to the minute: `2026-08-20 10:00`.
    static func minute(_ iso8601: String) -> String { String(time(iso8601).prefix(16)) }

    /// Seconds from one time of the API to another; nil when either cannot be read.
    static func seconds(from start: String?, to end: String?) -> Double? {
        guard let start = start.flatMap(instant), let end = end.flatMap(instant) else { return nil }
        return end - start
    }

    // The API writes one form only: years to seconds at fixed places, a fraction, and UTC.
    private static func instant(_ iso8601: String) -> Double? {
        let parts = iso8601.split(whereSeparator: { !$0.isNumber }).prefix(7)
        let numbers = parts.compactMap { Int($0) }
        guard parts.count >= 6, numbers.count == parts.count, let days = days(numbers[0], numbers[1], numbers[2]) else {
            return nil
        }
        let whole = Double(days * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5])
        guard iso8601.contains("."), parts.count == 7 else { return whole }
        return whole + (Double("0." + parts[6]) ?? 0)
    }

    /// Days since 1970-01-01 of the proleptic Gregorian calendar. Years begin with March, so that the leap day is last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        guard (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let yearOfEra = shifted % 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return shifted / 400 * 146_097 + dayOfEra - 719_468
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static func twoDigits(_ value: Int) -> String {
        value < 10 ? "0\(value)" : String(value)
    }
}

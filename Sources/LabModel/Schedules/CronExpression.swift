/// A time table in the form of crontab(5): minute, hour, day of the month, month, day of the week.
///
/// `*`, numbers, names of months and days, ranges, lists and steps; `0` and `7` are both Sunday. When both the day of
/// the month and the day of the week are restricted, either is enough, as cron has it.
public struct CronExpression: Hashable, Sendable {
    /// As it was written.
    public let text: String
    let minutes: Set<Int>
    let hours: Set<Int>
    let days: Set<Int>
    let months: Set<Int>
    let weekdays: Set<Int>
    let restrictsDays: Bool
    let restrictsWeekdays: Bool

    private static let shorthands = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]
    private static let monthNames = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    private static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    /// - Throws: `configuration` that names the field and what is wrong with it.
    public init(_ text: String) throws(Failure) {
        self.text = text
        guard text.utf8.count <= 200 else {
            throw Failure(.configuration, "a cron expression has at most 200 characters")
        }
        let expanded = Self.shorthands[text.lowercased()] ?? text
        let fields = expanded.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard fields.count == 5 else {
            throw Failure(
                .configuration, "`\(text)` has \(fields.count) fields, and a cron expression has 5",
                advice: "minute hour day month weekday, such as '0 2 * * 1-5'")
        }
        minutes = try Self.field(fields[0], "minute", 0...59)
        hours = try Self.field(fields[1], "hour", 0...23)
        days = try Self.field(fields[2], "day of the month", 1...31)
        months = try Self.field(fields[3], "month", 1...12, names: Self.monthNames, firstName: 1)
        weekdays = Set(try Self.field(fields[4], "day of the week", 0...7, names: Self.dayNames).map { $0 % 7 })
        restrictsDays = !fields[2].hasPrefix("*")
        restrictsWeekdays = !fields[4].hasPrefix("*")
    }

    private static func field(
        _ text: Substring, _ what: String, _ range: ClosedRange<Int>, names: [String] = [], firstName: Int = 0
    ) throws(Failure) -> Set<Int> {
        var values: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard let span = pieces.first, !span.isEmpty, pieces.count <= 2 else { throw wrong(text, what, range) }
            var step = 1
            if pieces.count == 2 {
                guard let number = Int(pieces[1]), (1...range.upperBound).contains(number) else {
                    throw wrong(text, what, range)
                }
                step = number
            }
            let ends = span.split(separator: "-", omittingEmptySubsequences: false)
            let numbers = ends.map { number($0, names, firstName) }
            let first: Int
            let last: Int
            switch (span, numbers.count) {
            case ("*", _): (first, last) = (range.lowerBound, range.upperBound)
            case (_, 1):
                guard let only = numbers[0] else { throw wrong(text, what, range) }
                // `5/15` goes on to the end, as cron has it.
                (first, last) = (only, pieces.count == 2 ? range.upperBound : only)
            case (_, 2):
                guard let low = numbers[0], let high = numbers[1], low <= high else { throw wrong(text, what, range) }
                (first, last) = (low, high)
            default: throw wrong(text, what, range)
            }
            guard range.contains(first), range.contains(last) else { throw wrong(text, what, range) }
            values.formUnion(stride(from: first, through: last, by: step))
        }
        return values
    }

    private static func number(_ text: Substring, _ names: [String], _ firstName: Int) -> Int? {
        if let place = names.firstIndex(of: text.lowercased()) { return place + firstName }
        guard text.utf8.count <= 2, text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int(text)
    }

    private static func wrong(_ text: Substring, _ what: String, _ range: ClosedRange<Int>) -> Failure {
        Failure(
            .configuration, "`\(text)` is no \(what)",
            advice:
                "a number from \(range.lowerBound) to \(range.upperBound), *, a range such as 1-5, a list, or */STEP")
    }

    /// Whether it has times on a day.
    func takes(_ day: CivilDay) -> Bool {
        guard months.contains(day.month) else { return false }
        let (isDay, isWeekday) = (days.contains(day.day), weekdays.contains(day.weekday))
        return restrictsDays && restrictsWeekdays ? isDay || isWeekday : isDay && isWeekday
    }
}

/// A day of the proleptic Gregorian calendar.
public struct CivilDay: Hashable, Sendable {
    /// Days since 1970-01-01.
    public var number: Int

    public init(number: Int) {
        self.number = number
    }

    /// 0 for Sunday; 1970-01-01 was a Thursday.
    public var weekday: Int { ((number + 4) % 7 + 7) % 7 }
    public var month: Int { parts.month }
    public var day: Int { parts.day }

    // Counts years from the 1st of March, so that the leap day is the last of its year.
    private var parts: (month: Int, day: Int) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        return (
            monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9,
            dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }
}

/// When a recurring job is due.
public enum ScheduleRule: Hashable, Sendable {
    /// Again and again after so long, counted from when the schedule was made. At least a minute.
    case every(Duration)
    /// Each day at a time of the day, in the schedule's zone.
    case daily(hour: Int, minute: Int)
    case cron(CronExpression)

    /// The shortest time between two runs, and the longest.
    private static let periods = Duration.seconds(60)...Duration.seconds(366 * 86_400)

    /// - Throws: `configuration`.
    public init(every period: Duration) throws(Failure) {
        guard Self.periods.contains(period) else {
            throw Failure(.configuration, "a job recurs every minute at the most, and every 366 days at the least")
        }
        self = .every(period)
    }

    /// - Parameter text: `02:00`.
    /// - Throws: `configuration`.
    public init(daily text: String) throws(Failure) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.filter { (1...2).contains($0.utf8.count) }.compactMap { Int($0) }
        guard parts.count == 2, numbers.count == 2, (0...23).contains(numbers[0]), (0...59).contains(numbers[1]) else {
            throw Failure(
                .configuration, "`\(text.prefix(40))` is no time of the day", advice: "write it as 02:00 or 14:30")
        }
        self = .daily(hour: numbers[0], minute: numbers[1])
    }

    /// - Throws: `configuration`, also for an expression whose day never comes.
    public init(cron text: String) throws(Failure) {
        let expression = try CronExpression(text)
        let day = CivilDay(number: 20_000)
        guard (0..<Self.daysAhead).contains(where: { expression.takes(CivilDay(number: day.number + $0)) }) else {
            throw Failure(.configuration, "`\(text)` never comes", advice: "no such day is in the calendar")
        }
        self = .cron(expression)
    }

    /// As it is stored and shown: `every 3600 s`, `daily 02:00`, `cron 0 2 * * *`.
    public var text: String {
        switch self {
        case .every(let period): "every \(period.components.seconds) s"
        case .daily(let hour, let minute): "daily \(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
        case .cron(let expression): "cron \(expression.text)"
        }
    }

    /// Reads `text` again.
    ///
    /// - Throws: `configuration`.
    public init(text: String) throws(Failure) {
        let rest = { (word: String) in String(text.dropFirst(word.count)) }
        if text.hasPrefix("every "), text.hasSuffix(" s"), let seconds = Int64(rest("every ").dropLast(2)) {
            try self.init(every: .seconds(seconds))
        } else if text.hasPrefix("daily ") {
            try self.init(daily: rest("daily "))
        } else if text.hasPrefix("cron ") {
            try self.init(cron: rest("cron "))
        } else {
            throw Failure(.configuration, "`\(text.prefix(60))` is no rule for recurring jobs")
        }
    }

    /// Eight years have every combination of a date and a leap year, but for the turn of some centuries; 40 years have
    /// every 29 February on every day of the week.
    private static let daysAhead = 40 * 366

    /// The first time after `now`; nil when there is none in 40 years.
    ///
    /// - Parameters:
    ///   - start: when the schedule was made: `every` counts from it.
    ///   - zone: where `daily` and `cron` tell the time. A time that daylight saving leaves out comes as much later as
    ///     the clock jumps; one that comes twice counts once.
    public func next(after now: WallTime, from start: WallTime, in zone: some ZoneOffsets) -> WallTime? {
        switch self {
        case .every(let period):
            let (length, elapsed) = (period.nanoseconds, now.nanoseconds - start.nanoseconds)
            let passed = elapsed < 0 ? 0 : elapsed / length + 1
            let (product, overflow) = passed.multipliedReportingOverflow(by: length)
            guard !overflow else { return nil }
            let (sum, carried) = start.nanoseconds.addingReportingOverflow(max(product, elapsed < 0 ? length : 0))
            return carried ? nil : WallTime(nanoseconds: sum)
        case .daily(let hour, let minute):
            return next(after: now, in: zone, hours: [hour], minutes: [minute]) { _ in true }
        case .cron(let expression):
            return next(
                after: now, in: zone, hours: expression.hours.sorted(), minutes: expression.minutes.sorted(),
                takes: expression.takes)
        }
    }

    private func next(
        after now: WallTime, in zone: some ZoneOffsets, hours: [Int], minutes: [Int], takes: (CivilDay) -> Bool
    ) -> WallTime? {
        let seconds = Int(now.nanoseconds.quotientRoundedDown(by: 1_000_000_000))
        let today = Int(Int64(seconds + zone.secondsFromUTC(at: seconds)).quotientRoundedDown(by: 86_400))
        // From the day before: the zone's offset may just have changed.
        for number in (today - 1)...(today + Self.daysAhead) where takes(CivilDay(number: number)) {
            var best: Int?
            for hour in hours {
                for minute in minutes {
                    let moment = zone.moment(ofLocal: number * 86_400 + hour * 3600 + minute * 60)
                    if moment > seconds, moment < best ?? .max { best = moment }
                }
            }
            if let best { return WallTime(nanoseconds: Int64(best) * 1_000_000_000) }
        }
        return nil
    }
}

extension Int64 {
    fileprivate func quotientRoundedDown(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

/// How far a zone's clocks are from UTC.
public protocol ZoneOffsets: Sendable {
    /// - Parameter moment: seconds since 1970 in UTC.
    func secondsFromUTC(at moment: Int) -> Int
}

extension ZoneOffsets {
    /// When the zone's clocks show `local`: the first time, where they do it twice; where they leave it out, as much
    /// later as they jump.
    ///
    /// - Parameter local: seconds since 1970 as those clocks count them.
    func moment(ofLocal local: Int) -> Int {
        // An offset holds for longer than a day around each change.
        let (before, after) = (secondsFromUTC(at: local - 86_400), secondsFromUTC(at: local + 86_400))
        let candidates = [local - before, local - after].filter { $0 + secondsFromUTC(at: $0) == local }
        return candidates.min() ?? local - before
    }
}

/// UTC.
public struct UTCZone: ZoneOffsets {
    public init() {}
    public func secondsFromUTC(at moment: Int) -> Int { 0 }
}

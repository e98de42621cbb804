import LabModel
import Testing

/// Berlin's clocks around the changes of 2026: summer time from 29 March to 25 October, 01:00 UTC each.
private struct Berlin: ZoneOffsets {
    func secondsFromUTC(at moment: Int) -> Int {
        (1_774_746_000..<1_792_890_000).contains(moment) ? 7200 : 3600
    }
}

@Suite struct ScheduleRuleTests {
    /// Seconds since 1970, of `2026-03-28T12:00` in UTC.
    private static func utc(_ text: String) -> WallTime {
        let numbers = text.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
        var day = 0
        for year in 1970..<numbers[0] { day += year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 366 : 365 }
        let isLeap = numbers[0] % 4 == 0
        let months = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        day += months[..<(numbers[1] - 1)].reduce(0, +) + numbers[2] - 1
        let seconds = day * 86_400 + numbers[3] * 3600 + numbers[4] * 60
        return WallTime(nanoseconds: Int64(seconds) * 1_000_000_000)
    }

    private static func next(_ rule: ScheduleRule, after text: String, in zone: some ZoneOffsets = UTCZone()) -> String?
    {
        rule.next(after: utc(text), from: utc("2026-01-01T00:00"), in: zone).map { String($0.iso8601.prefix(16)) }
    }

    private static func all(_ rule: ScheduleRule, after text: String, count: Int, in zone: some ZoneOffsets) -> [String]
    {
        var now = utc(text)
        return (0..<count).compactMap { _ in
            guard let next = rule.next(after: now, from: utc("2026-01-01T00:00"), in: zone) else { return nil }
            now = next
            return String(next.iso8601.prefix(16))
        }
    }

    @Test func everyCountsFromTheBeginning() throws {
        let rule = try ScheduleRule(every: .seconds(3600))
        #expect(Self.next(rule, after: "2026-01-01T00:00") == "2026-01-01T01:00")
        #expect(Self.next(rule, after: "2026-01-01T00:59") == "2026-01-01T01:00")
        #expect(Self.next(rule, after: "2026-01-01T01:00") == "2026-01-01T02:00")
        #expect(Self.next(rule, after: "2026-02-01T10:30") == "2026-02-01T11:00")
        // A clock that was set back before the beginning.
        #expect(Self.next(rule, after: "2025-06-01T10:30") == "2026-01-01T01:00")
    }

    @Test func dailyIsOnceADay() throws {
        let rule = try ScheduleRule(daily: "02:30")
        #expect(Self.next(rule, after: "2026-06-01T02:29") == "2026-06-01T02:30")
        #expect(Self.next(rule, after: "2026-06-01T02:30") == "2026-06-02T02:30")
        #expect(Self.next(rule, after: "2026-12-31T12:00") == "2027-01-01T02:30")
    }

    @Test func aTimeThatSummerTimeLeavesOutComesAnHourLater() throws {
        let rule = try ScheduleRule(daily: "02:30")
        let times = Self.all(rule, after: "2026-03-27T12:00", count: 3, in: Berlin())
        // 02:30 is 01:30 UTC in winter; on the 29th the clock goes from 02:00 to 03:00, so 02:30 is 03:30.
        #expect(times == ["2026-03-28T01:30", "2026-03-29T01:30", "2026-03-30T00:30"])
    }

    @Test func aTimeThatComesTwiceCountsOnce() throws {
        let rule = try ScheduleRule(daily: "02:30")
        let times = Self.all(rule, after: "2026-10-23T12:00", count: 3, in: Berlin())
        #expect(times == ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"])
    }

    @Test(arguments: [
        ("0 2 * * 1-5", "2026-06-05T12:00", "2026-06-08T02:00"),  // Friday to Monday
        ("*/15 * * * *", "2026-06-05T12:01", "2026-06-05T12:15"),
        ("5/20 8-10 * * *", "2026-06-05T10:50", "2026-06-06T08:05"),
        ("0 0 31 * *", "2026-06-05T12:00", "2026-07-31T00:00"),
        ("0 0 29 feb *", "2026-06-05T12:00", "2028-02-29T00:00"),
        ("30 6 1,15 * *", "2026-06-02T00:00", "2026-06-15T06:30"),
        ("0 0 13 * fri", "2026-06-05T12:00", "2026-06-12T00:00"),  // either is enough
        ("0 0 * * 7", "2026-06-05T12:00", "2026-06-07T00:00"),
        ("@weekly", "2026-06-05T12:00", "2026-06-07T00:00"),
        ("@monthly", "2026-06-05T12:00", "2026-07-01T00:00"),
        ("59 23 31 dec *", "2026-12-31T23:59", "2027-12-31T23:59"),
    ])
    func cronTakesTheNextTime(text: String, after: String, next: String) throws {
        #expect(Self.next(try ScheduleRule(cron: text), after: after) == next)
    }

    @Test(arguments: [
        "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "5-1 * * * *",
        "*/0 * * * *", "a * * * *", "1-2-3 * * * *", "1,,2 * * * *", "-1 * * * *", "* * * foo *", "@fortnightly",
        "0 0 30 feb *", "0 0 31 4,6,9,11 *",
    ])
    func whatIsNoCronExpressionIsRefused(text: String) {
        #expect(throws: Failure.self) { try ScheduleRule(cron: text) }
    }

    @Test(arguments: ["24:00", "2", "02:60", "2:5:1", ":", "002:00", "-1:00", "02.00"])
    func whatIsNoTimeOfTheDayIsRefused(text: String) {
        #expect(throws: Failure.self) { try ScheduleRule(daily: text) }
    }

    @Test func aPeriodIsBounded() {
        #expect(throws: Failure.self) { try ScheduleRule(every: .seconds(59)) }
        #expect(throws: Failure.self) { try ScheduleRule(every: .seconds(367 * 86_400)) }
    }

    @Test func rulesAreReadBackAsTheyAreWritten() throws {
        for rule in [
            try ScheduleRule(every: .seconds(90)), try ScheduleRule(daily: "2:05"),
            try ScheduleRule(cron: "0 2 * * 1-5"),
        ] {
            #expect(try ScheduleRule(text: rule.text) == rule)
        }
        #expect(try ScheduleRule(daily: "2:05").text == "daily 02:05")
        #expect(throws: Failure.self) { try ScheduleRule(text: "sometimes") }
    }

    @Test func everyMinuteOfADayIsFoundOnce() throws {
        let rule = try ScheduleRule(cron: "* * * * *")
        let times = Self.all(rule, after: "2026-06-05T00:00", count: 1500, in: UTCZone())
        #expect(Set(times).count == 1500 && times.first == "2026-06-05T00:01" && times.last == "2026-06-06T01:00")
    }
}

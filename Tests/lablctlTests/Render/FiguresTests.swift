import Testing

@testable import lablctl

@Suite struct FiguresTests {
    @Test(arguments: [
        (0.0000004, "0 us"), (0.00042, "420 us"), (0.35, "350 ms"), (4.2, "4.2 s"), (185, "3 min 05 s"),
        (7800, "2 h 10 min"), (1799.9, "30 min 00 s"), (59.96, "1 min 00 s"), (3599.7, "1 h 00 min"),
        (7199.2, "2 h 00 min"), (0.9996, "1.0 s"), (89.4, "1 min 29 s"), (-2, "-2.0 s"), (.infinity, "very long"),
    ])
    func lengthsAreReadable(seconds: Double, text: String) {
        #expect(Figures.seconds(seconds) == text)
    }

    @Test func timesLoseWhatNobodyReads() {
        #expect(Figures.time("2026-08-20T10:00:00.123456+00:00") == "2026-08-20 10:00:00")
        #expect(Figures.time("soon") == "soon")
    }

    @Test(arguments: [
        ("2026-08-20T10:00:00.500000+00:00", "2026-08-20T10:00:02.750000+00:00", 2.25),
        ("2026-12-31T23:59:59.000000+00:00", "2027-01-01T00:00:01.000000+00:00", 2),
        ("2028-02-28T12:00:00+00:00", "2028-03-01T12:00:00+00:00", 172_800),
        ("2026-02-28T12:00:00Z", "2026-03-01T12:00:00Z", 86_400),
    ])
    func lengthsAreTakenFromTimes(start: String, end: String, seconds: Double) throws {
        let length = try #require(Figures.seconds(from: start, to: end))
        #expect(abs(length - seconds) < 1e-5)
    }

    @Test(arguments: ["", "yesterday", "2026-13-01T00:00:00Z", "99999999999999999999-01-01T00:00:00Z"])
    func otherTextIsNoTime(text: String) {
        #expect(Figures.seconds(from: text, to: "2026-02-28T12:00:00Z") == nil)
    }

    @Test func numbersLoseEmptyFractions() {
        #expect(Figures.number(3) == "3")
        #expect(Figures.number(2.5) == "2.5")
        #expect(Figures.number(1e300) == "1e+300")
    }

    @Test(arguments: [
        (6.541687581, "seconds", "6.5 s"), (1.5, "MB/s", "1.5 MB/s"), (0.1 + 0.2, "V", "0.3 V"), (0, "", "0"),
        (123_456_789, "kB", "123456789 kB"), (1234.56789, "ms", "1234.57 ms"),
    ])
    func measurementsShowWhatCounts(value: Double, units: String, text: String) {
        #expect(Figures.measurement(value, units: units) == text)
    }
}

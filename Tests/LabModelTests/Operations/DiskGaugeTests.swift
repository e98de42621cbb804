import LabModel
import Testing

@Suite struct DiskGaugeTests {
    private static func gauge() -> DiskGauge {
        DiskGauge(marks: DiskMarks(low: .bytes(1000), critical: .bytes(100)))
    }

    private static func space(_ free: Int64) -> DiskSpace { DiskSpace(free: free, capacity: 10_000) }

    @Test func aMarkIsEnteredAtOnceAndLeftWithAMargin() {
        var gauge = Self.gauge()
        let steps: [(free: Int64, level: DiskLevel, changes: Bool)] = [
            (5000, .ample, false), (1000, .ample, false), (999, .low, true), (1001, .low, false), (1249, .low, false),
            (1250, .ample, true), (99, .critical, true), (100, .critical, false), (124, .critical, false),
            (125, .low, true), (50, .critical, true), (9000, .ample, true),
        ]
        for step in steps {
            let changes = gauge.observe(Self.space(step.free))
            #expect(changes == step.changes, "at \(step.free)")
            #expect(gauge.level == step.level, "at \(step.free)")
        }
    }

    @Test func aSmallDiskIsNotLowFromTheBeginning() {
        let marks = DiskMarks()
        #expect(marks.low.bytes(of: 24 << 20) == Int64(Double(24 << 20) * 0.05))
        #expect(marks.low.bytes(of: 1 << 40) == 1 << 30)
        #expect(marks.critical.bytes(of: 1 << 40) == 256 << 20)
        #expect(DiskMark.share(0.5).bytes(of: 10) == 5)
    }

    @Test func aMarkAboveTheDiskCanStillBeLeft() {
        var gauge = DiskGauge(marks: DiskMarks(low: .share(0.9), critical: .bytes(0)))
        _ = gauge.observe(Self.space(8000))
        #expect(gauge.level == .low)
        _ = gauge.observe(Self.space(10_000))
        #expect(gauge.level == .ample)
    }
}

@Suite struct RetentionPolicyTests {
    private static let ages: [(text: String, hours: Int)] = [
        ("90d", 90 * 24), ("12 weeks", 84 * 24), ("2y", 730 * 24), ("36h", 36), ("1 month", 30 * 24),
    ]

    @Test(arguments: ages)
    func agesAreRead(text: String, hours: Int) {
        #expect(AgeText.parse(text) == .some(.seconds(hours * 3600)))
    }

    @Test(arguments: ["", "90", "d", "-1d", "0d", "1 fortnight", "200y", "99999999d", "1.5d", "٩d"])
    func whatIsNoAgeIsRefused(text: String) {
        #expect(AgeText.parse(text) == nil)
    }

    @Test func neverIsAnAge() {
        #expect(AgeText.parse("never") == .some(nil))
        #expect(AgeText.text(nil) == "never" && AgeText.text(.seconds(3600)) == "1 h")
        #expect(AgeText.text(.seconds(90 * 86_400)) == "90 d")
    }

    @Test func aShortDiskShortensAgesButNotWhatIsKeptForEver() {
        let policy = RetentionPolicy(logs: .seconds(10), artifacts: .seconds(20), results: .seconds(30), keepLast: 3)
        #expect(policy.under(.ample) == policy)
        let low = policy.under(.low)
        #expect(low.artifacts == .zero && low.logs == .seconds(10) && low.keepLast == 3)
        let critical = policy.under(.critical)
        #expect(critical.logs == .zero && critical.consoles == nil && critical.results == .seconds(30))
        #expect(RetentionPolicy().under(.critical).isForEver)
    }
}

import LabModel
import Testing

/// Held against values that were computed from the beta distribution.
@Suite struct BinomialBoundsTests {
    @Test(arguments: [
        (3, 300, 0.025641393082609616), (1, 10, 0.39416330243650466), (5, 20, 0.4555824040017489),
        (10, 100, 0.16371762327581477), (1, 1000, 0.004734993575499777), (50, 100_000, 0.0006328286928248058),
        (99, 100, 0.9994871985837377),
    ])
    func oneSidedUpperBounds(_ failures: Int, _ trials: Int, _ expected: Double) {
        let bound = BinomialBounds(failures: failures, of: trials).upper()
        #expect(abs(bound / expected - 1) < 1e-9, "\(bound)")
    }

    @Test(arguments: [
        (3, 300, 0.0020670072350923163, 0.028944511255692605), (1, 10, 0.0025285785444617848, 0.4450161170281954),
        (5, 20, 0.08657146910143461, 0.49104587170795744), (10, 100, 0.04900468922148595, 0.17622259774002266),
        (1, 1000, 2.531748749129404e-05, 0.005558924279826672),
        (50, 100_000, 0.00037113170178349413, 0.0006591351958693719), (99, 100, 0.9455406146079194, 0.9997468539670226),
    ])
    func twoSidedIntervals(_ failures: Int, _ trials: Int, _ low: Double, _ high: Double) {
        let interval = BinomialBounds(failures: failures, of: trials).interval()
        #expect(abs(interval.lowerBound / low - 1) < 1e-8, "\(interval)")
        #expect(abs(interval.upperBound / high - 1) < 1e-8, "\(interval)")
    }

    @Test(arguments: [10, 30, 300, 3000, 100_000])
    func withoutFailuresItIsTheRuleOfThree(_ trials: Int) {
        let bound = BinomialBounds(failures: 0, of: trials).upper()
        let three = 3 / Double(trials)
        #expect(bound < three)
        #expect(bound > three * 0.86)
    }

    @Test func threeHundredCutsExcludeOnePercent() {
        #expect(abs(BinomialBounds(failures: 0, of: 300).upper() - 0.0099361) < 1e-7)
        #expect(BinomialBounds.trials(forBound: 0.01) == 299)
        #expect(BinomialBounds.trials(forBound: 0.001) == 2995)
    }

    @Test func theEndsAreTheEnds() {
        #expect(BinomialBounds(failures: 0, of: 0).upper() == 1)
        #expect(BinomialBounds(failures: 0, of: 0).lower() == 0)
        #expect(BinomialBounds(failures: 7, of: 7).upper() == 1)
        #expect(abs(BinomialBounds(failures: 20, of: 20).interval().lowerBound - 0.8315665) < 1e-7)
        #expect(abs(BinomialBounds(failures: 0, of: 10).interval().upperBound - 0.3084971) < 1e-7)
        #expect(BinomialBounds(failures: 9, of: 5) == BinomialBounds(failures: 5, of: 5))
    }
}

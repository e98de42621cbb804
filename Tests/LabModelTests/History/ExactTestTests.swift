import LabModel
import Testing

/// Held against sums of binomial coefficients.
@Suite struct ExactTestTests {
    @Test(arguments: [
        (3, 10, 0, 50, 0.0035067212156633547), (1, 1, 0, 12, 1.0 / 13), (5, 10, 5, 10, 0.6718591006516703),
        (10, 10, 0, 10, 5.412544112234515e-06),
    ])
    func oneSidedChances(_ failures: Int, _ trials: Int, _ others: Int, _ otherTrials: Int, _ expected: Double) {
        let chance = ExactTest(failures: failures, of: trials, against: others, of: otherTrials).chance
        #expect(abs(chance - expected) <= expected * 1e-9)
    }

    @Test func saysNothingWithoutFailuresOrOthers() {
        #expect(ExactTest(failures: 0, of: 10, against: 5, of: 10).chance == 1)
        #expect(ExactTest(failures: 5, of: 10, against: 0, of: 0).chance == 1)
        #expect(
            ExactTest(failures: 12, of: 10, against: -1, of: 5) == ExactTest(failures: 10, of: 10, against: 0, of: 5))
    }

    @Test func manyTrialsStayFinite() {
        let chance = ExactTest(failures: 3, of: 10, against: 1000, of: 50_000).chance
        #expect(chance > 1e-4 && chance < 1e-3)
    }

    @Test func medians() {
        #expect([3.0, 1, 2].median == 2 && [4.0, 1, 2, 3].median == 2.5 && [Double]().median == nil)
        #expect(abs(ExactTest([11, 12, 13, 14], above: [1, 2, 3, 4]).chance - 1.0 / 70) < 1e-12)
    }
}

import JobDSL
import LabModel
import Testing

@Suite struct JobMutatorTests {
    @Test func theSameSeedGivesTheSameJobs() throws {
        let jobs = try ExampleJobs.mutants(100, seed: 7)
        #expect(try ExampleJobs.mutants(100, seed: 7) == jobs)
        #expect(try ExampleJobs.mutants(100, seed: 8) != jobs)
    }

    /// A change here changes all jobs of the differential test.
    @Test func theNumbersAreThoseOfSplitMix64() {
        var chance = SeededChance(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in chance.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }

    @Test func everyMutantDiffersFromItsExample() throws {
        let originals = try ExampleJobs.all().map { YAMLEmitter.text(of: try YAMLText.read(try ExampleJobs.text($0))) }
        let mutants = try ExampleJobs.mutants(200, seed: 1)
        let same = mutants.enumerated().filter { originals[$0.offset % originals.count] == $0.element.text }
        // Swapping an element with itself changes nothing; more than a few of these would be a broken mutator.
        #expect(same.count < 20)
        #expect(mutants.allSatisfy { !$0.steps.isEmpty })
    }

    @Test func everyKindOfMutationComesUp() throws {
        let steps = Set(try ExampleJobs.mutants(500, seed: 3).flatMap(\.steps))
        #expect(steps == Set(Mutation.allCases.map(\.rawValue)))
    }

    @Test func whatIsWrittenReadsAsWhatItWas() throws {
        for name in try ExampleJobs.all() {
            let text = try ExampleJobs.text(name)
            let again = YAMLEmitter.text(of: try YAMLText.read(text))
            #expect(JobCompiler().compile(again).plan?.name == JobCompiler().compile(text).plan?.name)
            #expect(YAMLEmitter.text(of: try YAMLText.read(again)) == again)
        }
    }
}

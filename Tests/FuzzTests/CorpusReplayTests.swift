import FoundationEssentials
import FuzzChecks
import Testing

/// Inputs that the fuzzers kept because each goes another way through the code, and those that once broke something.
@Suite struct CorpusReplayTests {
    @Test(arguments: inputs("YAMLTree")) func anyTextIsATreeOrADiagnostic(input: Input) throws {
        try YAMLTreeCheck.run(input.bytes)
    }

    @Test(arguments: inputs("JobDecoder")) func anyTextIsAPlanOrSaysWhyNot(input: Input) throws {
        try JobDecoderCheck.run(input.bytes)
    }

    @Test(arguments: inputs("Signals")) func anyOutputHoldsTheSignalsThatWereSent(input: Input) throws {
        try SignalsCheck.run(input.bytes)
    }

    @Test(arguments: inputs("Patterns")) func anyPatternMatchesTheSameHoweverOutputIsCut(input: Input) throws {
        try PatternsCheck.run(input.bytes)
    }
}

/// One file of the corpus.
struct Input: CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]

    var testDescription: String { name }
}

/// The files of one fuzzer.
private func inputs(_ fuzzer: String) -> [Input] {
    let folder = #filePath.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/Corpus/\(fuzzer)"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().compactMap { name in
        FileManager.default.contents(atPath: "\(folder)/\(name)").map { Input(name: name, bytes: Array($0)) }
    }
}

import LabModel
import Testing

@testable import SerialConsole

@Suite struct PatternDatabaseTests {
    @Test(arguments: ["(", "[a", "a{2,1}", "(?P<a>x)(?P<a>y)", #"\p{Nonsense}"#, "(*UTF)a", "a\0b"])
    func invalidPatternIsTheJobsFault(expression: String) {
        let error = #expect(throws: Failure.self) { try PatternDatabase([ConsolePattern(expression)]) }
        #expect(error?.type == .job)
    }

    @Test func numberAndLengthAreBounded() {
        #expect(throws: Failure.self) { try PatternDatabase([]) }
        let many = (0..<257).map { ConsolePattern("line \($0)") }
        #expect(throws: Failure.self) { try PatternDatabase(many) }
        #expect(throws: Never.self) { try PatternDatabase(Array(many.prefix(256))) }
        #expect(throws: Failure.self) { try PatternDatabase([ConsolePattern(String(repeating: "a", count: 4097))]) }
    }

    @Test func onlyPatternsForTheEndAreProbed() throws {
        #expect(try PatternDatabase([ConsolePattern("login: $")]).matchesAtEnd)
        #expect(try !PatternDatabase([ConsolePattern("/ # "), ConsolePattern("=> ")]).matchesAtEnd)
    }

    @Test func cacheKeepsTheLastUsedLists() throws {
        let cache = PatternCache(capacity: 2)
        let first = try cache.database([ConsolePattern("a")])
        _ = try cache.database([ConsolePattern("b")])
        #expect(try cache.database([ConsolePattern("a")]) === first)
        _ = try cache.database([ConsolePattern("c")])
        #expect(try cache.database([ConsolePattern("a")]) === first)
    }

    @Test func literalMatchesItself() throws {
        let text = "a.b*c$ [x] (y) \\ ^|?+{2}"
        let found = try MatcherBench().run([ConsolePattern.literal(text)], [Array("say \(text)".utf8)])
        #expect(found.map(\.text) == [text])
    }
}

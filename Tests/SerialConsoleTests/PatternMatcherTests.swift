import LabModel
import Testing

@testable import SerialConsole

@Suite struct PatternMatcherTests {
    @Test(arguments: [
        ("login: $", "Debian\r\n\r\nboard login: "), ("/ # ", "ok\r\n/ # "), ("=> ", "U-Boot\r\r\n=> "),
        (#"^total (\d+)$"#, "x\r\ntotal 123\r\nrest\r\n"), (#"(?<=id )\w+ done"#, "id abc done\r\n"),
        (#"(\w+) \1!"#, "say say!\r\n"), (#"(?P<name>[a-z]+)=(?P<value>\d+)"#, "a\r\nload=42 watt\r\n"),
        (#"begin\n(.*)\nend"#, "begin\r\nmiddle\r\nend\r\n"), (#"BUG:(?! K)"#, "BUG: KASAN\nBUG: bad\n"),
        (#"a\r\nb"#, "a\r\nb"), (#"\bboot\b"#, "reboot boot now"), (#"^$"#, "x\r\n\r\ny"),
    ])
    func bordersOfChunksDoNotMatter(expression: String, text: String) throws {
        let results = try MatcherBench(endsSilent: true).everySplit([expression], text)
        #expect(results.count == 1)
        #expect(results.first?.count == 1)
        let every = try MatcherBench(mode: .every, endsSilent: true).everySplit([expression], text)
        #expect(every.count == 1)
    }

    @Test func earliestEndWinsThenTheFirstPattern() throws {
        #expect(try MatcherBench().run(["panic: now", "panic"], "kernel panic: now").map(\.pattern) == [1])
        #expect(try MatcherBench().run(["nic", "panic", "c"], "panic").map(\.pattern) == [0])
    }

    @Test func matchLiesBehindTheStart() throws {
        let text = "prompt> prompt> "
        #expect(try MatcherBench(start: 0).run(["prompt> "], text).map(\.end.rawValue) == [8])
        #expect(try MatcherBench(start: 3).run(["prompt> "], text).map(\.end.rawValue) == [16])
        #expect(try MatcherBench(start: 9).run(["prompt> "], text).isEmpty)
    }

    @Test func startInTheMiddleOfALineIsNoLineBorder() throws {
        #expect(try MatcherBench(start: 4).run(["^done"], "/ # done\ndone\n").map(\.end.rawValue) == [13])
    }

    @Test func dollarMatchesOnlyAtTheLinesEndOrInSilence() throws {
        #expect(try MatcherBench().run(["login: $"], "login: ").isEmpty)
        #expect(try MatcherBench(endsSilent: true).run(["login: $"], "login: ").map(\.end.rawValue) == [7])
        #expect(try MatcherBench().run(["login: $"], "login: \r\n").map(\.end.rawValue) == [7])
        #expect(try MatcherBench(endsSilent: true).run(["login: $"], "login: root").isEmpty)
        #expect(try MatcherBench(endsSilent: true).run([#"# \z"#], "/ # ").count == 1)
    }

    @Test func capturesTakeTheWholeNumber() throws {
        let match = try #require(try MatcherBench().run([#"load=(?P<load>\d+)( W)?"#], "a\nload=1234\r\n").first)
        #expect(match.groups == ["1": "1234", "load": "1234"])
        #expect(match.text == "load=1234")
        #expect(match.line == "load=1234")
        #expect(try MatcherBench().run([#"load=(\d+)"#], "load=12").isEmpty, "the number may go on")
        #expect(try MatcherBench(endsSilent: true).run([#"load=(\d+)"#], "load=12").first?.groups == ["1": "12"])
        #expect(try MatcherBench().run([#"load=(\d+)"#], "load=12 ").first?.groups == ["1": "12"])
    }

    @Test func armedPatternFiresAtItsFirstByte() throws {
        let match = try #require(try MatcherBench(mode: .immediate).run([#"load=(\d+)"#], "load=12").first)
        #expect(match.end.rawValue == 6)
    }

    @Test func matchAcrossLinesHasTextAndGroups() throws {
        let match = try #require(try MatcherBench().run([#"begin\r\n(.*)\nend"#], "begin\r\nmid\r\nend").first)
        #expect(match.text == "begin\nmid\nend")
        #expect(match.groups == ["1": "mid"])
        #expect(match.line == "end")
        #expect(match.end.rawValue == 15)
    }

    @Test func prefilterIsConfirmed() throws {
        #expect(try PatternDatabase([ConsolePattern(#"(\w+) \1!"#)]).members[0].isPrefilter)
        #expect(try MatcherBench().run([#"(\w+) \1!"#], "say stay! ring ring!").map(\.text) == ["ring ring!"])
        #expect(try MatcherBench().run([#"(?<!end )panic"#], "end panic\npanic\n").map(\.end.rawValue) == [15])
        #expect(try MatcherBench().run([#"ok(?= done)"#], "ok\nok done\n").map(\.end.rawValue) == [5])
        #expect(try MatcherBench().run([#"ok(?! done)"#], "ok done\nok").isEmpty)
        #expect(try MatcherBench(endsSilent: true).run([#"ok(?! done)"#], "ok done\nok").map(\.end.rawValue) == [10])
    }

    @Test func watchFindsEachMatchOnce() throws {
        let every = MatcherBench(mode: .every, endsSilent: true)
        #expect(try every.run(["foo.*", "bar"], "foo bar\nfoo\nbar\n").map(\.pattern) == [0, 1, 0, 1])
        #expect(try every.run([#"n=(\d+)"#], "n=12 n=345\r\nn=6").map { $0.groups["1"] } == ["12", "345", "6"])
        #expect(try every.run(["x*"], "aaxxa").map(\.text) == ["x", "x"])
    }

    @Test(arguments: [#"one\r\ntwo"#, #"one\r?\ntwo"#, "one\r\ntwo", #"one\ntwo"#, #"one\r+\ntwo"#, #"one[\r\n]+two"#])
    func carriageReturnsOfLineEndsMayBeWritten(expression: String) throws {
        for text in ["one\r\ntwo", "one\ntwo", "one\r\r\ntwo"] {
            #expect(try MatcherBench().run([expression], text).count == 1)
        }
    }

    @Test func otherCarriageReturnsAreSeen() throws {
        #expect(try MatcherBench().run([#"50%\r"#], "50%\r60%").count == 1)
        #expect(try MatcherBench().run([#"50%\r"#], "50%\r\n").count == 1)
        #expect(try MatcherBench().run([#"50%\r$"#], "50%\r\n").count == 1)
        #expect(try MatcherBench().run([#"a\rb"#], "a\rb").map(\.end.rawValue) == [3])
        #expect(try MatcherBench().run([#"a\\r\\n"#], #"a\r\n"#).count == 1)
    }

    @Test func openMatchesHideNoLaterOnes() throws {
        let every = MatcherBench(mode: .every, endsSilent: true)
        let results = try every.everySplit([#"a(?=.*z)"#], "a ab az\naa\n")
        #expect(results.count == 1)
        #expect(results.first?.map(\.end.rawValue) == [1, 3, 6])
    }

    @Test func emptyMatchesMoveOn() throws {
        #expect(try MatcherBench().run(["x*"], "abc").map(\.end.rawValue) == [1])
        #expect(try MatcherBench(mode: .every, pauses: true).run(["x*", "^$"], "abc\n\n\n").isEmpty)
        #expect(try MatcherBench(endsSilent: true).run(["(foo)?"], "").isEmpty)
    }

    @Test func longMatchStandsWithoutCaptures() throws {
        let text = "begin" + String(repeating: "x", count: 6000) + "end"
        let match = try #require(try MatcherBench().run(["begin[a-z]*end"], text).first)
        #expect(match.end.rawValue == 6008)
        #expect(match.line.utf8.count <= 4096)
    }

    @Test func invalidBytesAreReplaced() throws {
        let found = try MatcherBench().run([ConsolePattern("a.b")], [[0x61, 0xff, 0x62]])
        #expect(found.map(\.text) == ["a\u{FFFD}b"])
    }

    @Test(.timeLimit(.minutes(5))) func catastrophicPatternsAreBounded() throws {
        let text = "x" + String(repeating: "a", count: 3000) + "!\n"
        for expression in [#"(?<=x)(a+)+$"#, #"(?<=x)(a|aa)+b"#, #"(a+)+\1$"#, #"(a*)*(a*)*b\1"#] {
            // Refused or not found, but done in time.
            let found = try? MatcherBench().run([expression], text)
            #expect(found ?? [] == [])
        }
        #expect(try MatcherBench().run([#"(a+)+!"#], text).count == 1)
    }

    @Test(arguments: [#"(?:a+)+(?<!a)!"#, #"(?:a+)+(?!!)!"#, #"(?<=x)(a+)+(?<!a)(!)"#])
    func costlyPrefilterFailsAsTheJobsFault(expression: String) throws {
        let text = "x" + String(repeating: "a", count: 2000) + "!\n"
        let error = #expect(throws: Failure.self) { try MatcherBench().run([expression], text) }
        #expect(error?.type == .job)
    }
}

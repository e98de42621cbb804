import JobDSL
import LabModel
import Testing

/// Texts that are made to cost much, or to upset a reader. None may, and each is told what is wrong with it.
@Suite struct HostileTextTests {
    private func failure(_ text: String) -> Diagnostic? {
        do {
            _ = try YAMLText.read(text)
            return nil
        } catch {
            return error
        }
    }

    private func message(_ text: String) -> String { failure(text)?.message ?? "" }

    @Test func aHundredMegabytesAreRefusedUnread() {
        let text = String(repeating: "x", count: 100 << 20)
        #expect(message(text) == "the text is larger than 1048576 bytes")
    }

    @Test func aMillionKeysAreRefused() {
        // A mebibyte holds fewer, and a hundred thousand values are enough.
        #expect(message(String(repeating: "k: 1\n", count: 1_000_000)).contains("larger than"))
        #expect(message("{" + (0..<120_000).map { "k\($0)," }.joined() + "}").contains("more than 100000 values"))
    }

    @Test func manyEqualKeysAreOneFinding() throws {
        let found = try #require(failure(String(repeating: "k:\n", count: 50_000)))
        #expect(found.message == "`k` stands more than once in this mapping")
        #expect(found.position == SourcePosition(line: 1, column: 1))
    }

    @Test(arguments: ["[", "{a: ", "- ", "? ", "&a [", "!!x [", "[[", "{{", "-\n "])
    func deepNestingEndsBeforeTheStackDoes(_ opening: String) {
        let text = String(repeating: opening, count: 100_000)
        #expect(failure(text) != nil)
        #expect((failure(String(text.prefix(3000)))?.message.utf8.count ?? 0) < 400)
    }

    @Test func deepIndentationEndsBeforeTheStackDoes() {
        // As much of it as a mebibyte holds.
        let lines = (0..<1400).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        #expect(failure(lines) != nil)
    }

    @Test(arguments: ["a: &a [*a]", "a: &a {b: *a}", "&a a: *a\nb: &b [[*b]]"])
    func anAliasOfItselfIsRefused(_ text: String) {
        #expect(failure(text) != nil)
    }

    @Test func manyAliasesOfOneLargeListAreCounted() {
        let list = Array(repeating: "x", count: 1000).joined(separator: ", ")
        let aliases = Array(repeating: "*a", count: 1000).joined(separator: ", ")
        #expect(message("a: &a [\(list)]\nb: [\(aliases)]\n").contains("more than 100000 values"))
    }

    @Test func mergeKeysAreCountedAsOften() {
        var text = "a0: &a0 {k: 1}\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) {<<: [\(aliases)], l\(level): 1}\n"
        }
        #expect(message(text).contains("more than 100000 values"))
    }

    @Test(arguments: [
        "!!python/object/apply:os.system ['true']", "!!binary aGVsbG8=", "!!set {a, b}", "!!omap [a: 1]",
        "!!timestamp 2026-01-01", "!local x", "!<tag:x.org,2026:y> z", "!!int '5'", "{!!python/name:os.system x: 1}",
        "{!!binary aGVsbG8=: 1}",
    ])
    func tagsThatMeanMoreThanTextAreRefused(_ value: String) throws {
        let found = try #require(failure("a: \(value)"))
        #expect(found.message.hasPrefix("tags such as `"))
        #expect(found.position.line == 1 && found.position.column >= 4)
    }

    @Test func tagsThatSayWhatIsThereAnywayAreTaken() throws {
        let root = try YAMLText.read("!!map {a: !!seq [!!str 1, !!int 2], b: !!null ~, ? !!str 3 : !!bool yes}")
        #expect(root["a"]?.elements?.map(\.scalar) == [YAMLScalar("1", style: .text), YAMLScalar("2")])
        #expect(root["3"]?.scalar?.text == "yes")
    }

    @Test(arguments: [
        String(repeating: "9", count: 5000), "1e999999999", "-.inf", "9999-99-99",
        "0x" + String(repeating: "f", count: 900),
        "1:59:59:59:59:59",
    ])
    func hugeNumbersAreTextUntilSomebodyWantsANumber(_ number: String) throws {
        let node = try #require(try YAMLText.read("v: \(number)")["v"])
        #expect(node.scalar?.text == number)
        let findings = Findings()
        #expect(findings.int(node, "`v`") == nil)
        #expect(findings.duration(node, "`v`") == nil)
        #expect(findings.diagnostics.allSatisfy { $0.description.count < 300 })
        #expect(DataValue(node) == .string(number))
    }

    @Test func aMebibyteOfKeyIsCutInMessages() throws {
        let key = String(repeating: "k", count: 1_000_000)
        for text in ["? \(key)\n: 1\n", "\(key): 1\n", "a: \(key)", "\"\(key)\": 1"] {
            let job = compiled(text)
            #expect(job.plan == nil)
            #expect(job.diagnostics.allSatisfy { $0.description.utf8.count < 1000 })
        }
    }

    @Test func aByteOrderMarkIsNotPartOfTheFirstKey() throws {
        let root = try YAMLText.read("\u{feff}a: 1\nb: 2\n")
        #expect(root.entries?.map(\.key) == ["a", "b"])
    }

    @Test func linesMayEndWithCarriageReturnsAlone() throws {
        let root = try YAMLText.read("a: 1\rb:\r  c: 2\r")
        #expect(root["b"]?["c"]?.position == SourcePosition(line: 3, column: 6))
        let found = try #require(failure("a: 1\rb: [\rc: ]]\r"))
        #expect(found.position.line == 3)
    }

    @Test func textInUTF16SaysHowToSaveIt() throws {
        // Read as bytes, every other one is NUL.
        let text = String(
            decoding: "job_name: x\n".utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }, as: UTF8.self)
        let found = try #require(failure(text))
        #expect(found.description == "1:1: error: the text has a NUL byte in this line; save it as UTF-8 text")
    }

    @Test func whatWasNotUTF8IsReplacedAndRead() throws {
        let text = String(decoding: [UInt8(ascii: "a"), UInt8(ascii: ":"), 0x20, 0xff, 0xc3, 0x28], as: UTF8.self)
        #expect(try YAMLText.read(text)["a"]?.scalar?.text == "\u{fffd}\u{fffd}(")
    }

    @Test(arguments: ["\u{1}", "\u{1b}", "\u{7f}", "\u{80}", "\u{fffe}"])
    func controlCharactersAreRefusedInTheirLine(_ character: String) throws {
        let found = try #require(failure("a: ä\nb: x\(character)y\n"))
        #expect(found.message.hasPrefix("the text cannot be read: "))
        #expect(found.position.line == 2)
    }

    @Test func aMebibyteOfAccentsIsCutInMessages() {
        let accents = "e" + String(repeating: "\u{301}", count: 400_000)
        for text in ["? \(accents)\n: 1\n", "? \(accents)\n? \(accents)\n", "a: \(accents): b"] {
            let found = compiled(text).diagnostics
            #expect(!found.isEmpty && found.allSatisfy { $0.description.utf8.count < 2000 })
        }
    }

    @Test(arguments: [
        "\"\\x1b[2Jjob\": 1", "job_name: \"\\x1b]0;x\\a\"\npriority: \"\\x1b[31m\\u009b\"", "a: \"\\u202e\" b",
        "priority: \"\\u202ex\\u2066\"", "device_type: [\u{202e}",
    ])
    func messagesCarryNothingThatUpsetsATerminal(_ text: String) {
        let upsetting = [0...0x1f, 0x7f...0x9f, 0x202a...0x202e, 0x2066...0x2069]
        for found in compiled(text).diagnostics {
            #expect(
                !found.description.unicodeScalars.contains { scalar in
                    upsetting.contains { $0.contains(Int(scalar.value)) }
                })
        }
    }
}

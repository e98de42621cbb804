import LabModel
import Testing

@testable import LabImport

@Suite struct JinjaReaderTests {
    private func values(_ text: String) throws -> [String: DataValue] {
        let source = SourceText(path: "d.jinja2", name: "d", text: "{% extends 'base.jinja2' %}\n" + text)
        switch LavaReader(LavaLab(devices: [source])).read(source) {
        case .exact(let values): return values.own
        case .beyond(let reasons): throw Failure(.job, reasons.joined(separator: ", "))
        case .wrong(let diagnostic): throw diagnostic
        }
    }

    private func mistake(_ text: String) -> String? {
        do {
            _ = try values(text)
            return nil
        } catch let failure as Failure {
            return failure.message
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        ("'a'", "a"), (#""it's""#, "it's"), (#"'\x41\u00e4\t\\n\q\101'"#, "Aä\t\\n\\qA"),
        ("'two\nlines'", "two\nlines"),
        ("'a' 'b'", "ab"), ("'a' + 'b' ~ 3", "ab3"), ("'a' ~ true ~ none ~ 1.5", "aTrueNone1.5"), ("('x')", "x"),
        ("missing|default('d')", "d"), ("missing | d", ""), ("''|default('e', true)", "e"),
        ("'%}'", "%}"), ("\"}}\" ~ '{#'", "}}{#"),
    ])
    func textsAreReadAsJinjaReadsThem(expression: String, text: String) throws {
        #expect(try values("{% set x = \(expression) %}")["x"] == .string(text))
    }

    private static let others: [(String, DataValue)] = [
        ("1_000", .integer(1000)), ("0xff", .integer(255)), ("-3", .integer(-3)), ("1.5e3", .double(1500)),
        ("2 + 3", .integer(5)), ("True", .bool(true)), ("none", .null),
        ("[1, 'a', [true,],]", .list([.integer(1), .string("a"), .list([.bool(true)])])),
        ("(1, 2)", .list([.integer(1), .integer(2)])), ("()", .list([])), ("{}", .map([:])),
        ("{'a': {'b': [1]}, \"c\": 2}", .map(["a": .map(["b": .list([.integer(1)])]), "c": .integer(2)])),
        ("['a'] + ['b']", .list([.string("a"), .string("b")])),
    ]

    @Test(arguments: others)
    func otherValuesToo(expression: String, value: DataValue) throws {
        #expect(try values("{%- set x = \(expression) -%}")["x"] == value)
    }

    @Test func namesThatWereSetBeforeHaveTheirValues() throws {
        let read = try values(
            "{% set a = 'x' %}{# {% set a = 'no' %} #}{%+ set b = a + 'y' %}text {{ a }}{% set a = b %}")
        #expect(read == ["a": "xy", "b": "xy"])
    }

    @Test(arguments: [
        ("{% set x = 'a", "d.jinja2:2:12: error: a text begins here and does not end"),
        ("{% set x = [1, 2 %}", "d.jinja2:2:1: error: what begins here does not end"),
        ("{# no end", "d.jinja2:2:1: error: a comment begins here and does not end"),
        ("{% set x = ] %}", "d.jinja2:2:12: error: a bracket is closed that was not opened"),
        ("{% set x = 'a' + nothing %}", "d.jinja2:2:18: error: nothing sets `nothing`"),
        ("{% set x = 'a' + 1 %}", "d.jinja2:2:16: error: `+` cannot put a text and a number together"),
        ("{% set x = 1 2 %}", "d.jinja2:2:14: error: `2` does not belong here"),
        ("{% set = 1 %}", "d.jinja2:2:4: error: `set` needs a name behind it"),
        ("\n\n  {% set ä = ? %}", "d.jinja2:4:14: error: this sign has no meaning here"),
    ])
    func mistakesHaveTheirPlace(text: String, message: String) {
        #expect(mistake(text)?.hasPrefix(message) == true, "\(mistake(text) ?? "nothing")")
    }

    @Test(arguments: [
        ("{% if a %}{% endif %}", "`if` in line 2"), ("{% for a in b %}{% endfor %}", "`for` in line 2"),
        ("{% block b %}{% endblock %}", "`block` in line 2"), ("{% set x = a|upper %}", "the filter `upper` in line 2"),
        ("{% set x = a.b %}", "an attribute, an index or a call in line 2"),
        ("\n{% set x = 'a' if b else 'c' %}", "`if` inside a value in line 3"),
        ("{% set x = 2 * 3 %}", "arithmetic in line 2"),
        ("{% set x %}a{% endset %}", "a block of text as a value in line 2"),
        ("{% raw %}{% if{% endraw %}", "`raw` in line 2"),
        ("{% set a, b = 1, 2 %}", "`set` of several names in line 2"), ("{% do x.append(1) %}", "`do` in line 2"),
    ])
    func whatIsBeyondIsNamed(text: String, reason: String) {
        #expect(mistake(text) == reason)
    }
}

@Suite struct HostileTemplateTests {
    private func read(_ text: String, types: [SourceText] = []) -> LavaReader.Reading {
        let source = SourceText(path: "d.jinja2", name: "d", text: text)
        return LavaReader(LavaLab(devices: [source], deviceTypes: types)).read(source)
    }

    private func message(_ reading: LavaReader.Reading) -> String {
        switch reading {
        case .exact: "exact"
        case .beyond(let reasons): reasons.joined(separator: ", ")
        case .wrong(let diagnostic): diagnostic.description
        }
    }

    @Test func bracketsAreBounded() {
        let deep = String(repeating: "[", count: 10_000)
        #expect(message(read("{% extends 'a.jinja2' %}{% set x = \(deep)")).contains("more than 64 deep"))
        let minus = String(repeating: "- ", count: 20_000)
        #expect(message(read("{% extends 'a' %}{% set x = \(minus)1 %}")).contains("more than 500 parts"))
        let sums = String(repeating: "1 + ", count: 20_000)
        #expect(message(read("{% extends 'a' %}{% set x = \(sums)1 %}")).contains("more than 500 parts"))
        let filters = String(repeating: "|d", count: 20_000)
        #expect(message(read("{% extends 'a' %}{% set x = y\(filters) %}")).contains("more than 500 parts"))
    }

    @Test func largeTextsEndSoon() {
        let many = String(repeating: "{% set x = 1 %}", count: 60_000)
        #expect(message(read("{% extends 'a' %}\(many)")).contains("100000 words"))
        let open = String(repeating: "{", count: 1 << 20)
        #expect(!message(read(open)).isEmpty)
    }

    @Test func valuesThatDoubleEnd() {
        let doubles = (0..<40).map { _ in "{% set x = x + x %}" }.joined()
        #expect(message(read("{% extends 'a' %}{% set x = 'abcdefgh' %}\(doubles)")).contains("grow beyond"))
        let nested = String(repeating: "{% set x = [x] %}{% set x = x %}", count: 100)
        #expect(message(read("{% extends 'a' %}{% set x = 1 %}\(nested)")).contains("64 deep"))
    }

    @Test(arguments: ["../../etc/passwd", "/etc/passwd", "a/b.jinja2", "..", ".hidden", "", "a\\nb", "x y"])
    func parentsAreNamesOfTemplates(parent: String) {
        let text = message(read("{% set p = '\(parent)' %}\n{% extends p %}"))
        #expect(text.contains("is no name of a template"), "\(text)")
        #expect(text.hasPrefix("d.jinja2:2:"), "\(text)")
    }

    @Test func circlesAreFound() {
        let types = [("a", "b"), ("b", "c"), ("c", "a")].map { name, parent in
            SourceText(path: "\(name).jinja2", name: name, text: "{% extends '\(parent).jinja2' %}")
        }
        #expect(message(read("{% extends 'a.jinja2' %}", types: types)).contains("in a circle"))
        let lab = LavaLab(
            devices: [SourceText(path: "d.jinja2", name: "d", text: "{% extends 'a.jinja2' %}")], deviceTypes: types)
        let result = LavaImport(lab, types: Labs.types).result(.unavailable("no"))
        #expect(result.files.isEmpty)
        #expect(result.report.items.allSatisfy { $0.quality == .left })
    }

    @Test func boardsNeedNamesThatFilesCanHave() {
        for name in ["../x", "a b", ".x", "-x", "", String(repeating: "a", count: 65), "ä"] {
            let lab = LavaLab(
                devices: [SourceText(path: "x", name: name, text: "{% extends 'panda.jinja2' %}")])
            let result = LavaImport(lab, types: Labs.types).result(.unavailable("no"))
            #expect(result.files.isEmpty)
            #expect(result.report.items.first?.quality == .left)
        }
    }

    @Test func whatAFileSaysCannotLeaveItsComment() throws {
        let text = "{% extends 'panda.jinja2' %}{% set nope = 'a\\ntype: evil\\x1b[31m\\u2028b\\u202ec' %}"
        let lab = LavaLab(devices: [SourceText(path: "p", name: "p", text: text)])
        let file = try #require(LavaImport(lab, types: Labs.types).result(.unavailable("no")).files.first)
        #expect(file.text.split(separator: "\n").filter { $0.hasPrefix("type:") } == ["type: panda"])
        #expect(!file.text.unicodeScalars.contains { [0x1b, 0x2028, 0x202e].contains($0.value) })
    }
}

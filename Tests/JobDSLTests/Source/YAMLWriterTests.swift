import LabModel
import Testing

@testable import JobDSL

@Suite struct YAMLWriterTests {
    /// Texts and styles of a tree, without places.
    private func bare(_ node: YAMLNode) -> DataValue { DataValue(node) }

    @Test(arguments: [
        "a: 1\nb: [x, 'y', \"z\"]\n", "- - 1\n  - {}\n- []\n",
        "a:\n  b:\n    - c: d\n      e: |\n        two\n        lines\n",
        "'yes': 'no'\n'': ' '\n'-': '- x'\n", "a: 'it''s \\ # no: comment'\nb: \"tab\\there\\u2028\\x7f\\xa0end\"\n",
        "ключ: значение\n😀: 'ö\u{85}x'\n", "a: folded\n  over lines\nb: >\n  more\n\n  of it\n", "x: !!str 017\n",
    ])
    func whatIsWrittenReadsTheSame(_ text: String) throws {
        let root = try YAMLText.read(text)
        let written = YAMLWriter.text(of: root)
        #expect(try bare(YAMLText.read(written)) == bare(root), "\(written)")
    }

    @Test func wordsStandWithoutQuotes() throws {
        let root = try YAMLText.read("name: 'plain-word'\nlist: ['on', two words, 'a_b', '9']\nNo-Thing: 'FALSE'\n")
        #expect(
            YAMLWriter.text(of: root) == """
                name: plain-word
                list:
                  - "on"
                  - two words
                  - a_b
                  - "9"
                No-Thing: "FALSE"

                """)
    }

    @Test func largeMappingsTellWhichKeysNobodyReads() throws {
        let findings = Findings()
        let keys = (0..<40).map { "key_\($0)" }
        let root = try YAMLText.read(keys.map { "\($0): 1\n" }.joined())
        let map = try #require(MapReader(root, "it", findings))
        for key in keys.dropLast(2) { #expect(map.int(key) == 1) }
        #expect(map.node("key_100") == nil)
        #expect(map.unread().map(\.key) == ["key_38", "key_39"])
        map.finish(unknown: .error)
        #expect(findings.diagnostics.map(\.position.line) == [39, 40])
    }
}

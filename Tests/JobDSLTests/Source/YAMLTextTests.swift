import JobDSL
import LabModel
import Testing

@Suite struct YAMLTextTests {
    private func failure(_ text: String, limits: YAMLLimits = .standard) -> Diagnostic? {
        do {
            _ = try YAMLText.read(text, file: "f", limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test func keepsOrderTextAndPositions() throws {
        let root = try YAMLText.read("b: 1.10\na:\n  - 'yes'\n  - no\n", file: "f")
        #expect(root.entries?.map(\.key) == ["b", "a"])
        #expect(root["b"]?.scalar == YAMLScalar("1.10"))
        #expect(root["b"]?.position == SourcePosition(file: "f", line: 1, column: 4))
        #expect(root["a"]?.elements?.map(\.scalar) == [YAMLScalar("yes", style: .text), YAMLScalar("no")])
        #expect(root.entries?[1].keyPosition == SourcePosition(file: "f", line: 2, column: 1))
    }

    @Test func tellsNullFromEmptyText() throws {
        let root = try YAMLText.read("a:\nb: ''\nc: ~\nd: !!str\n")
        #expect(root.entries?.map(\.value.isNull) == [true, false, true, false])
    }

    @Test(arguments: [
        ("", "the text is empty", 1, 1),
        ("a: [1,\nb: 2", "the text is not YAML", 3, 1),
        ("a: 1\n\tb: 2", "YAML forbids tabs for indentation", 2, 1),
        ("a:\n  - x\n  \t- y: 1\n", "YAML forbids tabs for indentation", 3, 3),
        ("a: *nobody", "the text is not YAML", 1, 4),
        ("a: 1\n---\nb: 2", "the text must be one YAML document; a second begins at line 2", 2, 1),
        ("a: =", "`=` needs quotes", 1, 4),
        ("x:\n  a: 1\n  a: 2", "`a` stands more than once", 2, 3),
        ("1: a\n'1': b", "`1` stands more than once", 1, 1),
        ("a: 1\nb\0: 2", "the text has a NUL byte", 2, 1),
        ("a: !!python/object:os.system x", "tags such as", 1, 4),
        ("[a]: 1", "a key must be text", 1, 1),
        ("<<: 5\na: 1", "`<<` needs a mapping", 1, 5),
    ])
    func saysWhereTextIsWrong(_ text: String, _ message: String, _ line: Int, _ column: Int) throws {
        let diagnostic = try #require(failure(text))
        #expect(diagnostic.message.hasPrefix(message))
        #expect(diagnostic.position == SourcePosition(file: "f", line: line, column: column))
    }

    @Test func cutsOffendingTextTo120Characters() throws {
        let diagnostic = try #require(failure("a: b: " + String(repeating: "x", count: 5000)))
        #expect(try #require(diagnostic.excerpt).count == 120)
        #expect(diagnostic.description.count < 400)
    }

    @Test func columnsCountCharactersNotScalars() throws {
        // An e with a combining accent is two scalars, one character.
        let root = try YAMLText.read("{e\u{301}: 1, b: 2}", file: "f")
        #expect(root["b"]?.position.column == 11)
    }

    @Test func linesEndAsYAMLSaysTheyDo() throws {
        let root = try YAMLText.read("ä: 1\r\nö: 2\rü: {a: ß, b: 2}\n")
        #expect(root["ü"]?["b"]?.position == SourcePosition(line: 3, column: 14))
    }

    @Test func expandsAliasesAndMergeKeys() throws {
        let root = try YAMLText.read("base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\n  <<x: 4\n")
        #expect(root["use"]?.entries?.map(\.key) == ["y", "<<x", "x"])
        #expect(root["use"]?["y"]?.scalar?.text == "3")
        #expect(root["use"]?["x"]?.position.line == 1)
    }

    private func bomb(levels: Int) -> String {
        var text = "a0: &a0 [x, x]\n"
        for level in 1...levels {
            let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        return text
    }

    @Test func countsWhatAliasesRepeat() throws {
        #expect(failure(bomb(levels: 3)) == nil)
        let diagnostic = try #require(failure(bomb(levels: 9)))
        #expect(diagnostic.message.contains("more than 100000 values"))
    }

    @Test(arguments: ["? *a9\n: 1\n", "*a9 : 1\n", "z: {[*a9]: 1}\n", "? [*a8, *a9]\n: 1\n", "-\t? *a9\n"])
    func refusesBombsInKeysBeforeTheParserComparesThem(_ key: String) throws {
        let diagnostic = try #require(failure(bomb(levels: 9) + key))
        #expect(diagnostic.message.contains("that is a key"))
    }

    @Test func shellTextIsNoAlias() throws {
        let lines = (0..<40).map { "  - |\n    ls *file\($0) &pid\($0) ${a}: x\n    ? [a]: b\n" }.joined()
        #expect(failure("steps:\n" + lines) == nil)
    }

    @Test func limitsDepthAndSize() throws {
        #expect(failure(String(repeating: "[", count: 64) + String(repeating: "]", count: 64)) == nil)
        let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
        #expect(try #require(failure(deep)).message.contains("nested more than 64 deep"))
        #expect(failure(String(repeating: "[", count: 100_000)) != nil)
        let large = "a: " + String(repeating: "x", count: 1 << 20)
        #expect(try #require(failure(large)).message == "the text is larger than 1048576 bytes")
        #expect(failure("[1, 2, 3]", limits: YAMLLimits(bytes: 100, nodes: 3, depth: 8)) != nil)
    }
}

import Foundation
import LabModel
import Testing

@Suite struct DataValueTests {
    @Test(
        arguments: [
            .null, .bool(true), .integer(.min), .integer(.max), .double(0.5), .string(""), .string("a\"\\\u{0}é🙂"),
            .list([]), .map([:]), ["a": [1, 2.5, nil, ["b": false]], "": "empty key"],
        ] as [DataValue])
    func comesBackAsItWas(value: DataValue) throws {
        let text = try JSONEncoder().encode(["value": value])
        #expect(try JSONDecoder().decode([String: DataValue].self, from: text) == ["value": value])
    }

    @Test func encodesAsPlainJSON() throws {
        let value: DataValue = ["n": 1, "list": [true, nil, "x"]]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(value), as: UTF8.self) == #"{"list":[true,null,"x"],"n":1}"#)
    }

    @Test func accessorsAnswerOnlyTheirKind() {
        let value: DataValue = ["n": 3, "d": 0.5, "s": "x", "b": true, "l": [1]]
        #expect(value["n"]?.integer == 3)
        #expect(value["n"]?.double == 3)
        #expect(value["d"]?.double == 0.5)
        #expect(value["d"]?.integer == nil)
        #expect(value["s"]?.string == "x")
        #expect(value["b"]?.bool == true)
        #expect(value["l"]?.list == [1])
        #expect(value["missing"] == nil)
        #expect(value["s"]?["s"] == nil)
    }

    @Test func laterOfEqualKeysWins() {
        let value: DataValue = ["a": 1, "a": 2]
        #expect(value == .map(["a": 2]))
    }
}

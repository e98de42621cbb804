import Foundation
import LabModel
import Testing

@testable import LabStore

@Suite struct JSONTextTests {
    /// Foundation's, set up to write the same.
    private func reference(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private var plan: JobPlan {
        let definition = TestDefinition(
            name: "smoke", description: "a\tb", parameters: [ShellVariable(name: "A", value: "1")],
            install: .init(dependenciesByOS: ["debian": ["gcc"], "alpine": []]), steps: ["echo \"hi\" \\ /", "ö€😀"],
            parse: .init(pattern: "^(?<x>.*)$", fixups: ["PASS": "pass", "FAIL": "fail"]), text: "run: {}\n")
        let boot = BootAction(method: .uboot, commands: .lines(["run boot"]), prompts: ["# "])
        return JobPlan(
            name: "all sorts", visibility: .groups(["b", "a"]), deviceType: DeviceTypeName(rawValue: "qemu"),
            tags: ["t"], timeouts: JobTimeouts(job: .milliseconds(1500), actions: ["b": .seconds(2), "a": .zero]),
            context: ["arch": "arm64", "list": [1, 2.5, nil, true]], metadata: .map(["z": .map([:]), "a": .list([])]),
            environment: ["Z": "1", "A": "2"],
            blocks: [
                ActionBlock(index: 0, action: .command(CommandAction(name: "hard_reset"))),
                ActionBlock(index: 1, action: .boot(boot)),
                ActionBlock(
                    index: 2,
                    action: .test(
                        TestAction(
                            content: .definitions([
                                TestDefinitionRequest(name: "smoke", source: .inline(definition), path: "inline/s")
                            ])))),
            ])
    }

    @Test func aPlanIsWrittenAsFoundationWritesIt() throws {
        let text = try JSONText.encode(plan)
        #expect(try text == reference(plan))
        #expect(try JSONText.decode(JobPlan.self, from: text) == plan)
    }

    @Test func everyControlCharacterIsEscaped() throws {
        let text = String(String.UnicodeScalarView((0..<0x82).compactMap { Unicode.Scalar($0) })) + "\u{2028}é"
        #expect(try JSONText.encode([text]) == reference([text]))
        #expect(try JSONText.decode([String].self, from: JSONText.encode([text])) == [text])
    }

    @Test(arguments: [0, -0.0, 1, 0.1, -2.5, 1e300, 5e-300, 123_456_789_012_345_680, 1e15])
    func numbersKeepTheirValue(_ number: Double) throws {
        #expect(try JSONText.encode([number]) == reference([number]))
        #expect(try JSONText.decode([Double].self, from: JSONText.encode([number])) == [number])
    }

    @Test func numbersOfEveryKindAreWritten() throws {
        struct Numbers: Codable, Equatable {
            var a: Int8 = -128, b: UInt8 = 255, c: Int16 = -1, d: UInt16 = 1, e: Int32 = -7, f: UInt32 = 7
            var g = UInt64.max, h: UInt = 3, i = Int64.min, j: Float = 0.5, k = true, l: Int? = nil
        }
        #expect(try JSONText.encode(Numbers()) == reference(Numbers()))
        #expect(try JSONText.decode(Numbers.self, from: JSONText.encode(Numbers())) == Numbers())
    }

    @Test func whatJSONHasNoNumberForIsText() throws {
        let odd: [String: DataValue] = ["a": .double(.infinity), "b": .double(-.infinity), "c": .double(.nan)]
        #expect(try JSONText.encode(odd) == #"{"a":"inf","b":"-inf","c":"nan"}"#)
        #expect(try JSONText.encode([Double.infinity]) == #"["inf"]"#)
    }

    @Test func mapsAreSortedHoweverTheyAreEncoded() throws {
        let members: [String: DataValue] = ["b": 1, "a": ["d": nil, "c": "x"], "ab": [true]]
        let sorted = #"{"a":{"c":"x","d":null},"ab":[true],"b":1}"#
        #expect(try JSONText.encode(members) == sorted)
        #expect(try JSONText.encode(DataValue.map(members)) == sorted)
        #expect(try JSONText.encode(["b": [2], "a": [], "aa": [1, 2]]) == #"{"a":[],"aa":[1,2],"b":[2]}"#)
    }

    @Test func aTypeWithoutMembersIsAnEmptyMap() throws {
        struct Nothing: Codable {}
        #expect(try JSONText.encode([Nothing(), Nothing()]) == "[{},{}]")
    }

    @Test func containersInsideContainersAreClosedInTime() throws {
        struct Nested: Encodable {
            enum Keys: CodingKey { case z, list, map }

            func encode(to encoder: any Encoder) throws {
                var map = encoder.container(keyedBy: Keys.self)
                var list = map.nestedUnkeyedContainer(forKey: .list)
                try list.encode(1)
                var inner = list.nestedContainer(keyedBy: Keys.self)
                try inner.encodeNil(forKey: .z)
                try list.encode("end")
                var other = map.nestedContainer(keyedBy: Keys.self, forKey: .map)
                try other.encode(2, forKey: .z)
                try map.encode(false, forKey: .z)
            }
        }
        #expect(try JSONText.encode([Nested()]) == #"[{"list":[1,{"z":null},"end"],"map":{"z":2},"z":false}]"#)
    }

    @Test func aContainerThatIsClosedTakesNothing() throws {
        struct Late: Encodable {
            var isQuiet: Bool

            func encode(to encoder: any Encoder) throws {
                var list = encoder.unkeyedContainer()
                var inner = list.nestedUnkeyedContainer()
                try list.encode(1)
                if isQuiet { try? inner.encode(2) } else { try inner.encode(2) }
            }
        }
        #expect(throws: EncodingError.self) { try JSONText.encode(Late(isQuiet: false)) }
        #expect(throws: EncodingError.self) { try JSONText.encode(Late(isQuiet: true)) }
    }
}

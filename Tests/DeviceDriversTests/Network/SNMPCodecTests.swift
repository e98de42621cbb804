import DeviceModels
import LabModel
import Testing

@testable import DeviceDrivers

@Suite struct SNMPCodecTests {
    /// `snmpset -v1 -c private … 1.3.6.1.4.1.318.1.1.4.4.2.1.3.5 i 2`, with the request's number 1.
    private static let set: [UInt8] = [
        0x30, 0x2F, 0x02, 0x01, 0x00, 0x04, 0x07, 0x70, 0x72, 0x69, 0x76, 0x61, 0x74, 0x65, 0xA3, 0x21, 0x02, 0x01,
        0x01, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30, 0x16, 0x30, 0x14, 0x06, 0x0F, 0x2B, 0x06, 0x01, 0x04, 0x01,
        0x82, 0x3E, 0x01, 0x01, 0x04, 0x04, 0x02, 0x01, 0x03, 0x05, 0x02, 0x01, 0x02,
    ]

    @Test func aMessageIsWrittenAsTheStandardSays() throws {
        let object = try #require(ObjectID("1.3.6.1.4.1.318.1.1.4.4.2.1.3.5"))
        let message = SNMPMessage(
            version: .v1, community: Array("private".utf8), kind: .set, number: 1, object: object, value: .integer(2))
        #expect(message.bytes == Self.set)
        #expect(try SNMPMessage(Self.set) == message)
    }

    @Test(arguments: [0, 1, -1, 127, 128, -128, -129, 255, 256, 65_535, 8_388_608, -2_147_483_648, 2_147_483_647])
    func integersKeepTheirValueInAsFewBytesAsPossible(_ value: Int64) throws {
        let bytes = BER.integer(value)
        var reader = BERReader(bytes[...])
        #expect(try reader.integer() == value)
        #expect(reader.isAtEnd)
        // X.690, section 8.3.2: the first nine bits are not all the same.
        if bytes.count > 3 {
            #expect(!(bytes[2] == 0 && bytes[3] < 0x80))
            #expect(!(bytes[2] == 0xFF && bytes[3] >= 0x80))
        }
    }

    @Test(arguments: ["1.3", "0.39", "2.999.3", "1.3.6.1.4.1.318.1", "1.3.6.1.4.1.4294967295.0.128.16384"])
    func identifiersKeepTheirNumbers(_ text: String) throws {
        let object = try #require(ObjectID(text))
        #expect(ObjectID(content: object.content[...]) == object)
        #expect(object.description == text)
        #expect(ObjectID("." + text) == object)
    }

    @Test(arguments: ["", "1", "1.", "1..3", "3.1", "1.40", "1.3.-1", "1.3.+1", "1.3.4294967296", "1.3.{n}", "a.b"])
    func whatIsNoIdentifierIsRefused(_ text: String) { #expect(ObjectID(text) == nil) }

    @Test func hostileMessagesAreErrorsAndNothingElse() throws {
        var generator = SplitMix64(seed: 20_260_401)
        let object = try #require(ObjectID("1.3.6.1.2.1.105.1.1.1.3.1.24"))
        let good = SNMPMessage(
            version: .v2c, community: Array("public".utf8), kind: .response, number: 77, object: object,
            value: .integer(1))
        var (refused, read) = (0, 0)
        for length in 0..<good.bytes.count {
            #expect(throws: BERReader.Malformed.self) { try SNMPMessage(Array(good.bytes.prefix(length))) }
        }
        for _ in 0..<20_000 {
            var bytes = good.bytes
            for _ in 0...generator.next(upperBound: UInt64(3)) {
                let place = Int(generator.next(upperBound: UInt64(bytes.count)))
                bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            }
            // What can be read at all must be what its own bytes say.
            if let message = try? SNMPMessage(bytes) {
                read += 1
                if case .integer = message.value { #expect(try SNMPMessage(message.bytes).object == message.object) }
            } else {
                refused += 1
            }
        }
        #expect(refused > 1000 && read > 1000)
    }

    private static let impossible: [[UInt8]] = [
        [], [0x30], [0x30, 0x80], [0x30, 0x81], [0x30, 0x85, 1, 1, 1, 1, 1], [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
        [0x1F, 0], [0x02, 0x01, 0x00],
    ]

    @Test(arguments: impossible)
    func impossibleLengthsAreErrors(_ bytes: [UInt8]) {
        #expect(throws: BERReader.Malformed.self) { try SNMPMessage(bytes) }
    }

    @Test func everyFamilyOfTheTableIsUsable() {
        #expect(Set(SNMPOutlets.all.map(\.name)).count == SNMPOutlets.all.count)
        for family in SNMPOutlets.all {
            for pattern in [family.on.object, family.off.object, family.state].compactMap(\.self) {
                #expect(pattern.contains("{n}"))
                #expect(SNMPOutlets.object(pattern, family.channels.upperBound) != nil)
            }
            #expect(family.on != family.off)
            #expect(family.readsOn.isDisjoint(with: family.readsOff))
            #expect(family.state == nil || !family.readsOn.isEmpty && !family.readsOff.isEmpty)
            #expect(!family.source.isEmpty)
        }
    }

    /// What a driver makes of an answer: what it was asked, changed by the test.
    private func set(_ change: @escaping @Sendable (inout SNMPMessage) -> Void) throws {
        let links = MemoryLine(ModbusRTUModel()) { question in
            guard var answer = try? SNMPMessage(question) else { return [] }
            answer.kind = .response
            change(&answer)
            return answer.bytes
        }
        let options: [String: DataValue] = ["host": "pdu", "model": "poe", "timeout": "1ms"]
        let facts = DriverKind.snmp.facts
        var driver = try DriverKind.snmp.make(try DriverOptions(options, of: facts, device: "pdu"), links)
        try driver.set(1, true)
    }

    @Test func onlyTheAnswerToThisQuestionCounts() throws {
        try set { _ in }
        let changes: [@Sendable (inout SNMPMessage) -> Void] = [
            { $0.value = .integer(2) }, { $0.value = .missing }, { $0.number += 1 }, { $0.kind = .set },
            { $0.version = .v2c }, { $0.community.append(1) }, { $0.errorStatus = 5 },
            { $0.object = ObjectID("1.3.6.1") ?? $0.object },
        ]
        for change in changes { #expect(try failure { try set(change) }.type == .infrastructure) }
    }
}

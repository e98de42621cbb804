/// A message of SNMP version 1 or 2c with one variable (RFC 1157, section 4; RFC 3416, section 3).
struct SNMPMessage: Hashable {
    enum Version: Int64, Hashable {
        case v1 = 0
        case v2c = 1
    }

    enum Kind: UInt8, Hashable {
        case get = 0xA0
        case response = 0xA2
        case set = 0xA3
    }

    enum Value: Hashable {
        case null
        case integer(Int64)
        case octets([UInt8])
        /// noSuchObject, noSuchInstance or endOfMibView.
        case missing
        /// What switches nothing: addresses, identifiers, unknown tags.
        case other(UInt8)
    }

    var version: Version
    var community: [UInt8]
    var kind: Kind
    var number: Int64
    /// RFC 3416 lists them; 0 is none.
    var errorStatus: Int64 = 0
    var object: ObjectID
    var value: Value

    var bytes: [UInt8] {
        let valueBytes: [UInt8] =
            switch value {
            case .integer(let number): BER.integer(number)
            case .octets(let octets): BER.element(BER.octets, octets)
            case .null, .missing, .other: BER.element(BER.null, [])
            }
        let variable = BER.element(BER.sequence, BER.element(BER.objectID, object.content) + valueBytes)
        let body = BER.integer(number) + BER.integer(errorStatus) + BER.integer(0) + BER.element(BER.sequence, variable)
        return BER.element(
            BER.sequence,
            BER.integer(version.rawValue) + BER.element(BER.octets, community) + BER.element(kind.rawValue, body))
    }

    init(
        version: Version, community: [UInt8], kind: Kind, number: Int64, object: ObjectID, value: Value
    ) {
        self.version = version
        self.community = community
        self.kind = kind
        self.number = number
        self.object = object
        self.value = value
    }

    /// - Throws: for anything but a whole message of a known version and kind with exactly one variable.
    init(_ bytes: [UInt8]) throws(BERReader.Malformed) {
        var outer = BERReader(bytes[...])
        var message = BERReader(try outer.content(of: BER.sequence))
        guard outer.isAtEnd, let version = Version(rawValue: try message.integer()) else {
            throw BERReader.Malformed()
        }
        self.version = version
        community = Array(try message.content(of: BER.octets))
        let (tag, content) = try message.next()
        guard message.isAtEnd, let kind = Kind(rawValue: tag) else { throw BERReader.Malformed() }
        self.kind = kind
        var body = BERReader(content)
        number = try body.integer()
        errorStatus = try body.integer()
        _ = try body.integer()
        var list = BERReader(try body.content(of: BER.sequence))
        var variable = BERReader(try list.content(of: BER.sequence))
        guard let object = ObjectID(content: try variable.content(of: BER.objectID)) else {
            throw BERReader.Malformed()
        }
        self.object = object
        value = try Self.value(try variable.next())
        guard body.isAtEnd, list.isAtEnd, variable.isAtEnd else { throw BERReader.Malformed() }
    }

    private static func value(
        _ element: (tag: UInt8, content: ArraySlice<UInt8>)
    ) throws(BERReader.Malformed) -> Value {
        switch element.tag {
        case BER.null: return .null
        case BER.octets: return .octets(Array(element.content))
        case BER.integer: return .integer(try BERReader.integer(element.content))
        // Counter32, Gauge32 and TimeTicks have no sign, but may have a leading zero.
        case 0x41, 0x42, 0x43: return .integer(try BERReader.integer([0] + element.content))
        case 0x80, 0x81, 0x82: return .missing
        default: return .other(element.tag)
        }
    }
}

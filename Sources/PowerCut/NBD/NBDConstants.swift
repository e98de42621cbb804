/// Magic numbers, flags and codes of the Network Block Device protocol, named as its specification names them
/// (NetworkBlockDevice/nbd, doc/proto.md).
enum NBDConstants {
    /// `NBDMAGIC`, and what tells the fixed newstyle from the old one: `IHAVEOPT`.
    static let initMagic: UInt64 = 0x4e42_444d_4147_4943
    static let optionMagic: UInt64 = 0x4948_4156_454f_5054
    static let optionReplyMagic: UInt64 = 0x0003_e889_0455_65a9
    static let requestMagic: UInt32 = 0x2560_9513
    static let simpleReplyMagic: UInt32 = 0x6744_6698

    /// Longest name of an export (section "Export names": 4096 bytes).
    static let longestName = 4096
    /// Longest data of an option that is read at all.
    static let longestOption = 16_384
    /// Longest payload of a request; what clients may expect without asking is 32 MiB.
    static let longestPayload = 32 << 20
    /// The sector: nothing smaller is asked for.
    static let minimumBlock: UInt32 = 512
    static let preferredBlock: UInt32 = 4096
}

/// Flags of the handshake.
struct NBDHandshakeFlags: OptionSet, Sendable {
    let rawValue: UInt16
    static let fixedNewstyle = Self(rawValue: 1 << 0)
    static let noZeroes = Self(rawValue: 1 << 1)
}

/// What an export can do.
struct NBDTransmissionFlags: OptionSet, Sendable {
    let rawValue: UInt16
    static let hasFlags = Self(rawValue: 1 << 0)
    static let readOnly = Self(rawValue: 1 << 1)
    static let sendFlush = Self(rawValue: 1 << 2)
    static let sendFUA = Self(rawValue: 1 << 3)
    static let sendTrim = Self(rawValue: 1 << 5)
    static let sendWriteZeroes = Self(rawValue: 1 << 6)
}

/// What a client asks for before the first request.
enum NBDOption: UInt32, Sendable {
    case exportName = 1
    case abort = 2
    case list = 3
    case info = 6
    case go = 7
}

/// Answers to options; from 2^31 on they are errors.
enum NBDOptionReply: UInt32, Sendable {
    case ack = 1
    case server = 2
    case info = 3
    case unsupported = 0x8000_0001
    case invalid = 0x8000_0003
    case unknown = 0x8000_0006
    case tooBig = 0x8000_0009
}

/// Pieces of information about an export.
enum NBDInformation: UInt16, Sendable {
    case export = 0
    case blockSize = 3
}

/// Kinds of request.
enum NBDCommand: UInt16, Sendable {
    case read = 0
    case write = 1
    case disconnect = 2
    case flush = 3
    case trim = 4
    case writeZeroes = 6
}

/// Flags of a request.
struct NBDCommandFlags: OptionSet, Sendable {
    let rawValue: UInt16
    static let forceUnitAccess = Self(rawValue: 1 << 0)
    static let noHole = Self(rawValue: 1 << 1)
}

/// Errors on the wire (section "Error values").
public enum NBDError: UInt32, Error, Sendable {
    case notPermitted = 1
    case io = 5
    case outOfMemory = 12
    case invalid = 22
    case noSpace = 28
    case notSupported = 95
    case shuttingDown = 108
}

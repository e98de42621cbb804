import NIOCore

/// A packet of the Trivial File Transfer Protocol (RFC 1350, options RFC 2347).
enum TFTPPacket: Hashable, Sendable {
    case readRequest(TFTPReadRequest)
    case writeRequest
    case data(block: UInt16, bytes: [UInt8])
    case acknowledgement(block: UInt16)
    case error(TFTPError)
    case optionAcknowledgement([TFTPOption])
    /// Anything that cannot be read.
    case malformed

    /// Requests are longer than any other packet that a client sends, and still short.
    static let maximumRequestLength = 1024

    init(_ buffer: ByteBuffer) {
        var buffer = buffer
        self = Self.parsed(&buffer) ?? .malformed
    }

    private static func parsed(_ buffer: inout ByteBuffer) -> TFTPPacket? {
        guard let opcode = buffer.readInteger(as: UInt16.self) else { return nil }
        switch opcode {
        case 1: return TFTPReadRequest(&buffer).map { .readRequest($0) }
        case 2: return .writeRequest
        case 3:
            return buffer.readInteger(as: UInt16.self).map { .data(block: $0, bytes: Array(buffer.readableBytesView)) }
        case 4: return buffer.readInteger(as: UInt16.self).map { .acknowledgement(block: $0) }
        case 5:
            guard let code = buffer.readInteger(as: UInt16.self) else { return nil }
            return .error(TFTPError(code: code, message: buffer.readTFTPString() ?? ""))
        case 6: return TFTPOption.list(&buffer).map { .optionAcknowledgement($0) }
        default: return nil
        }
    }

    func write(to buffer: inout ByteBuffer) {
        switch self {
        case .readRequest(let request):
            buffer.writeInteger(UInt16(1))
            request.write(to: &buffer)
        case .data(let block, let bytes):
            buffer.writeInteger(UInt16(3))
            buffer.writeInteger(block)
            buffer.writeBytes(bytes)
        case .acknowledgement(let block):
            buffer.writeInteger(UInt16(4))
            buffer.writeInteger(block)
        case .error(let error):
            buffer.writeInteger(UInt16(5))
            buffer.writeInteger(error.code)
            buffer.writeTFTPString(error.message)
        case .optionAcknowledgement(let options):
            buffer.writeInteger(UInt16(6))
            for option in options { option.write(to: &buffer) }
        case .writeRequest: buffer.writeInteger(UInt16(2))
        case .malformed: break
        }
    }
}

/// A request to read a file.
struct TFTPReadRequest: Hashable, Sendable {
    var fileName: String
    /// `octet` or `netascii`, in lower case.
    var mode: String
    var options: [TFTPOption]

    init(fileName: String, mode: String = "octet", options: [TFTPOption] = []) {
        self.fileName = fileName
        self.mode = mode
        self.options = options
    }

    init?(_ buffer: inout ByteBuffer) {
        guard buffer.readableBytes <= TFTPPacket.maximumRequestLength, let name = buffer.readTFTPString(),
            let mode = buffer.readTFTPString(), let options = TFTPOption.list(&buffer)
        else { return nil }
        self.init(fileName: name, mode: mode.lowercased(), options: options)
    }

    func write(to buffer: inout ByteBuffer) {
        buffer.writeTFTPString(fileName)
        buffer.writeTFTPString(mode)
        for option in options { option.write(to: &buffer) }
    }
}

/// A name with its value, both as text (RFC 2347).
struct TFTPOption: Hashable, Sendable {
    /// In lower case: names are compared without regard to case.
    var name: String
    var value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// All options up to the end of the packet; nil when the last has no value.
    static func list(_ buffer: inout ByteBuffer) -> [TFTPOption]? {
        var options: [TFTPOption] = []
        while let name = buffer.readTFTPString() {
            guard let value = buffer.readTFTPString() else { return nil }
            options.append(TFTPOption(name.lowercased(), value))
        }
        return options
    }

    func write(to buffer: inout ByteBuffer) {
        buffer.writeTFTPString(name)
        buffer.writeTFTPString(value)
    }
}

/// An error packet.
struct TFTPError: Hashable, Sendable {
    /// RFC 1350 appendix, and 8 of RFC 2347.
    var code: UInt16
    var message: String

    static func undefined(_ message: String) -> TFTPError { TFTPError(code: 0, message: message) }
    static let notFound = TFTPError(code: 1, message: "file not found")
    static let accessViolation = TFTPError(code: 2, message: "this server only reads")
    static let illegalOperation = TFTPError(code: 4, message: "illegal operation")
    static let unknownTransfer = TFTPError(code: 5, message: "unknown transfer")
}

extension ByteBuffer {
    /// Text up to a zero byte; nil without one.
    fileprivate mutating func readTFTPString() -> String? {
        guard let end = readableBytesView.firstIndex(of: 0) else { return nil }
        defer { moveReaderIndex(forwardBy: 1) }
        return readString(length: end - readerIndex)
    }

    fileprivate mutating func writeTFTPString(_ text: String) {
        writeString(text)
        writeInteger(UInt8(0))
    }
}

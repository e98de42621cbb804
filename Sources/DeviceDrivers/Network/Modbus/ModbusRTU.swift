import LabModel

/// Frames for serial lines: the unit before, a checksum behind (Modbus over serial line 1.02, section 2.5.1). The
/// silence between frames is kept by whoever spaces the commands: see `DriverFacts.minimumInterval`.
struct ModbusRTU: ModbusTransport {
    private let link: any ByteLink

    init(_ link: any ByteLink) { self.link = link }

    mutating func exchange(_ request: ModbusRequest, unit: UInt8, timeout: Duration) throws(Failure) -> [UInt8] {
        // The late answer to an earlier question; or the end of a connection that idled for too long.
        do { try link.discardInput() } catch { link.close() }
        try link.write(Self.framed([unit] + request.bytes))
        let deadline = LinkDeadline(timeout)
        // A refusal has five bytes, and so much every answer has.
        var frame = try link.read(5, timeout: timeout)
        guard !frame.isEmpty else { throw ModbusAnswer.none(within: timeout) }
        if frame.count == 5, frame[1] & 0x80 == 0 {
            frame += try link.read(request.answerLength - 2, timeout: max(.zero, deadline.remaining))
        }
        guard frame.count >= 5, Self.framed(frame.dropLast(2)) == frame, frame[0] == unit,
            frame[1] & 0x7F == request.function
        else { throw ModbusAnswer.unexpected(frame) }
        return Array(frame[1..<(frame.count - 2)])
    }

    mutating func close() { link.close() }

    /// Adds the checksum, low byte first.
    static func framed(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let bytes = Array(bytes)
        let sum = checksum(bytes)
        return bytes + [UInt8(truncatingIfNeeded: sum), UInt8(sum >> 8)]
    }

    /// CRC-16 with the reflected polynomial 0xA001, beginning with all ones.
    static func checksum(_ bytes: [UInt8]) -> UInt16 {
        bytes.reduce(0xFFFF) { sum, byte in
            (0..<8).reduce(sum ^ UInt16(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xA001 : rest >> 1 }
        }
    }
}

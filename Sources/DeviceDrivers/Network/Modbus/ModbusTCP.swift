import LabModel

/// Frames for TCP: a number, the protocol 0, a length and the unit before, nothing behind (Modbus messaging on TCP/IP
/// 1.0b, section 3.1.3).
struct ModbusTCP: ModbusTransport {
    private let link: any ByteLink
    private var number: UInt16 = 0

    init(_ link: any ByteLink) { self.link = link }

    mutating func exchange(_ request: ModbusRequest, unit: UInt8, timeout: Duration) throws(Failure) -> [UInt8] {
        number &+= 1
        let body = request.bytes
        let head = [UInt8(number >> 8), UInt8(truncatingIfNeeded: number), 0, 0, 0, UInt8(body.count + 1), unit]
        // Devices close idle connections. Before anything is sent, that shows as an end of input.
        do { try link.discardInput() } catch { link.close() }
        try link.write(head + body)
        let deadline = LinkDeadline(timeout)
        while true {
            let frame = try link.read(8, timeout: max(.zero, deadline.remaining))
            guard !frame.isEmpty else { throw ModbusAnswer.none(within: timeout) }
            let length = frame.count == 8 ? Int(frame[4]) << 8 | Int(frame[5]) : 0
            guard (2...254).contains(length), frame[2] == 0, frame[3] == 0 else {
                throw ModbusAnswer.unexpected(frame)
            }
            let rest = try link.read(length - 2, timeout: max(.zero, deadline.remaining))
            guard rest.count == length - 2 else { throw ModbusAnswer.unexpected(frame + rest) }
            // The late answer to an earlier question.
            if frame[0] != head[0] || frame[1] != head[1] { continue }
            guard frame[6] == unit, frame[7] & 0x7F == request.function else {
                throw ModbusAnswer.unexpected(frame + rest)
            }
            return [frame[7]] + rest
        }
    }

    mutating func close() { link.close() }
}

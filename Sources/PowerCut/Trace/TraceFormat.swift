import LabModel

/// The trace file format, version 1: docs/formats/power-cut-trace.md.
enum TraceFormat {
    static let magic: [UInt8] = Array("LABDTRC\n".utf8)
    static let version: UInt32 = 1
    static let preambleSize = 16
    static let headSize = 32
    static let bodyLimit = 1 << 20
    static let textLimit = 4096

    enum Kind: UInt8 {
        case header = 1
        case write = 2
        case flush = 3
        case mark = 4
        case footer = 5
    }

    static var preamble: [UInt8] {
        var writer = ByteWriter(bytes: magic)
        writer.put(version)
        writer.put(CRC32C.checksum(writer.bytes))
        return writer.bytes
    }

    /// The head of a record, 32 bytes: sizes and the body's checksum, under a checksum of its own.
    struct Head {
        var kind: UInt8
        var bodyLength: Int
        var number: UInt64
        var payloadLength: Int
        var bodyChecksum: UInt32

        init(_ kind: Kind, body: [UInt8], number: Int, payloadLength: Int) {
            self.kind = kind.rawValue
            bodyLength = body.count
            self.number = UInt64(number)
            self.payloadLength = payloadLength
            bodyChecksum = CRC32C.checksum(body)
        }

        /// Nil when the checksum is wrong or a length is negative.
        init?(_ bytes: UnsafeRawBufferPointer) {
            var reader = ByteReader(bytes)
            do {
                let kind = try reader.take(UInt8.self)
                let reserved = (try reader.take(UInt8.self), try reader.take(UInt16.self))
                let bodyLength = try reader.take(UInt32.self)
                let number = try reader.take(UInt64.self)
                let payloadLength = try reader.take(UInt64.self)
                let bodyChecksum = try reader.take(UInt32.self)
                let checksum = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<(headSize - 4)]))
                guard try reader.take(UInt32.self) == checksum, reserved == (0, 0), payloadLength <= 1 << 40 else {
                    return nil
                }
                self.kind = kind
                self.bodyLength = Int(bodyLength)
                self.number = number
                self.payloadLength = Int(payloadLength)
                self.bodyChecksum = bodyChecksum
            } catch {
                return nil
            }
        }

        var bytes: [UInt8] {
            var writer = ByteWriter()
            writer.put(kind)
            writer.put(UInt8(0))
            writer.put(UInt16(0))
            writer.put(UInt32(bodyLength))
            writer.put(number)
            writer.put(UInt64(payloadLength))
            writer.put(bodyChecksum)
            writer.put(CRC32C.checksum(writer.bytes))
            return writer.bytes
        }
    }

    // MARK: Bodies

    static func body(_ header: TraceHeader) -> [UInt8] {
        var writer = ByteWriter()
        writer.bytes += header.baseDigest.bytes
        writer.put(header.baseSize)
        writer.put(UInt32(sectorSize))
        writer.put(header.recordedAt.nanoseconds)
        writer.put(UInt32(header.machine.count))
        for fact in header.machine {
            writer.put(fact.key)
            writer.put(fact.value)
        }
        return writer.bytes
    }

    static func header(_ reader: inout ByteReader) throws(ByteReader.Malformed) -> TraceHeader {
        guard let digest = ContentDigest(bytes: try reader.takeBytes(32)) else { throw ByteReader.Malformed() }
        let size = try reader.takeInt()
        guard try reader.take(UInt32.self) == UInt32(sectorSize), size > 0, size % sectorSize == 0 else {
            throw ByteReader.Malformed()
        }
        var header = TraceHeader(
            baseDigest: digest, baseSize: size, recordedAt: WallTime(nanoseconds: try reader.take(Int64.self)))
        for _ in 0..<(try reader.takeCount(itemSize: 8)) {
            header.machine.append(.init(try reader.takeText(), try reader.takeText()))
        }
        return header
    }

    static func body(_ write: TraceWrite, digest: ContentDigest?) -> [UInt8] {
        var writer = ByteWriter()
        writer.put(write.offset)
        writer.put(write.length)
        writer.put(write.content.rawValue)
        writer.put(write.isFUA)
        writer.put(write.isAmbiguous)
        writer.put(write.time.nanoseconds)
        if let digest { writer.bytes += digest.bytes }
        return writer.bytes
    }

    static func write(
        _ reader: inout ByteReader, number: Int, digested: Bool = true
    ) throws(ByteReader.Malformed) -> (TraceWrite, ContentDigest?) {
        let offset = try reader.takeInt()
        let length = try reader.takeInt()
        guard let content = TraceWrite.Content(rawValue: try reader.take(UInt8.self)) else {
            throw ByteReader.Malformed()
        }
        let write = TraceWrite(
            number: number, offset: offset, length: length, content: content, isFUA: try reader.takeBool(),
            isAmbiguous: try reader.takeBool(), time: MonotonicTime(nanoseconds: try reader.take(Int64.self)))
        guard content == .data, digested else { return (write, nil) }
        return (write, ContentDigest(bytes: try reader.takeBytes(32)))
    }

    static func body(_ flush: TraceFlush) -> [UInt8] {
        var writer = ByteWriter()
        writer.put(flush.isAmbiguous)
        writer.put(flush.time.nanoseconds)
        return writer.bytes
    }

    static func body(_ mark: TraceMark) -> [UInt8] {
        var writer = ByteWriter()
        writer.put(mark.text)
        writer.put(mark.phase)
        writer.put(mark.isSuccess)
        writer.put(mark.time.nanoseconds)
        return writer.bytes
    }

    static func mark(_ reader: inout ByteReader, writesBefore: Int) throws(ByteReader.Malformed) -> TraceMark {
        TraceMark(
            text: try reader.takeText(), phase: try reader.takeOptionalText(), isSuccess: try reader.takeBool(),
            time: MonotonicTime(nanoseconds: try reader.take(Int64.self)), writesBefore: writesBefore)
    }
}

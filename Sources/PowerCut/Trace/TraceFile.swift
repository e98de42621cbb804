import Crypto
public import LabModel

/// A trace file, mapped. Every record and every payload is checked against its checksum before anything is used.
public struct TraceFile: Sendable {
    /// The recording, or what is readable of it.
    public let trace: Trace
    /// Why the file ends before its recording did; nil for a complete trace.
    public let damage: Failure?

    /// Reads a complete trace. Throws a failure that names offset and record when it is truncated or altered.
    public static func read(path: String) throws(Failure) -> Trace {
        let file = try readPrefix(path: path)
        if let damage = file.damage { throw damage }
        return file.trace
    }

    /// Reads as much as is intact from the beginning: the recording up to a crash. Throws when not even the header is.
    public static func readPrefix(path: String) throws(Failure) -> TraceFile {
        var scanner = TraceScanner(path: path, bytes: try MappedBytes(path: path))
        let header = try scanner.header()
        var damage: Failure?
        do throws(Failure) {
            while try scanner.event() {}
        } catch {
            damage = error
        }
        let trace = Trace(
            header: header, events: scanner.events, payloadOffsets: scanner.payloadOffsets, payload: scanner.bytes,
            digest: scanner.digest)
        return TraceFile(trace: trace, damage: damage)
    }
}

/// Walks the records of a mapped file and believes nothing that is not under a checksum.
private struct TraceScanner {
    let path: String
    let bytes: MappedBytes
    var offset = 0
    var record = 0
    var events: [TraceEvent] = []
    var payloadOffsets: [Int] = []
    var diskSize = 0
    private var chain = SHA256()

    init(path: String, bytes: MappedBytes) {
        self.path = path
        self.bytes = bytes
    }

    /// Identity of everything accepted so far.
    var digest: ContentDigest {
        ContentDigest(bytes: Array(chain.finalize())) ?? ContentDigest(of: [])
    }

    mutating func header() throws(Failure) -> TraceHeader {
        let preamble = TraceFormat.preamble
        guard bytes.count >= preamble.count else { throw truncated() }
        let start = slice(0..<preamble.count)
        guard start.prefix(8).elementsEqual(TraceFormat.magic) else {
            throw Failure(.job, "\(path) is no trace of a power-cut recording")
        }
        let version = UInt32(littleEndian: start.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        let checksum = UInt32(littleEndian: start.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
        guard CRC32C.checksum(slice(0..<12)) == checksum else { throw altered("the preamble") }
        guard version == TraceFormat.version else {
            throw Failure(
                .job, "\(path) is a trace of format version \(version), this program reads \(TraceFormat.version)")
        }
        chain.update(bufferPointer: start)
        offset = preamble.count
        let (head, body) = try next()
        guard head.kind == TraceFormat.Kind.header.rawValue, head.payloadLength == 0 else {
            throw altered("the header")
        }
        var reader = ByteReader(body)
        do {
            let header = try TraceFormat.header(&reader)
            guard reader.isAtEnd else { throw ByteReader.Malformed() }
            diskSize = header.baseSize
            accept(head, body)
            return header
        } catch {
            throw altered("the header")
        }
    }

    /// Takes one more event. False when the footer was reached and is right.
    mutating func event() throws(Failure) -> Bool {
        let (head, body) = try next()
        var reader = ByteReader(body)
        do {
            switch TraceFormat.Kind(rawValue: head.kind) {
            case .write:
                let (write, digest) = try TraceFormat.write(&reader, number: payloadOffsets.count + 1)
                guard reader.isAtEnd, fits(write, head) else { throw ByteReader.Malformed() }
                let payload = offset + TraceFormat.headSize + head.bodyLength
                if let digest, ContentDigest(of: slice(payload..<payload + head.payloadLength)) != digest {
                    throw ByteReader.Malformed()
                }
                payloadOffsets.append(payload)
                events.append(.write(write))
            case .flush:
                let flush = TraceFlush(
                    isAmbiguous: try reader.takeBool(),
                    time: MonotonicTime(nanoseconds: try reader.take(Int64.self)), writesBefore: payloadOffsets.count)
                guard reader.isAtEnd, head.payloadLength == 0 else { throw ByteReader.Malformed() }
                events.append(.flush(flush))
            case .mark:
                let mark = try TraceFormat.mark(&reader, writesBefore: payloadOffsets.count)
                guard reader.isAtEnd, head.payloadLength == 0 else { throw ByteReader.Malformed() }
                events.append(.mark(mark))
            case .footer:
                try checkFooter(&reader)
                guard head.payloadLength == 0,
                    offset + TraceFormat.headSize + head.bodyLength == bytes.count
                else { throw ByteReader.Malformed() }
                return false
            case .header, nil:
                throw ByteReader.Malformed()
            }
        } catch {
            throw altered("the record")
        }
        accept(head, body)
        return true
    }

    private func fits(_ write: TraceWrite, _ head: TraceFormat.Head) -> Bool {
        write.offset >= 0 && write.length > 0 && write.length <= diskSize && write.offset <= diskSize - write.length
            && write.offset % sectorSize == 0 && write.length % sectorSize == 0
            && head.payloadLength == (write.content == .data ? write.length : 0)
    }

    private func checkFooter(_ reader: inout ByteReader) throws(ByteReader.Malformed) {
        guard try reader.take(UInt64.self) == UInt64(events.count),
            try reader.take(UInt64.self) == UInt64(payloadOffsets.count),
            try reader.takeBytes(32) == digest.bytes, reader.isAtEnd
        else { throw ByteReader.Malformed() }
    }

    private func next() throws(Failure) -> (TraceFormat.Head, UnsafeRawBufferPointer) {
        guard bytes.count - offset >= TraceFormat.headSize else { throw truncated() }
        guard let head = TraceFormat.Head(slice(offset..<offset + TraceFormat.headSize)),
            head.number == UInt64(record), head.bodyLength <= TraceFormat.bodyLimit
        else { throw altered("the head of the record") }
        let start = offset + TraceFormat.headSize
        guard bytes.count - start >= head.bodyLength + head.payloadLength else { throw truncated() }
        let body = slice(start..<start + head.bodyLength)
        guard CRC32C.checksum(body) == head.bodyChecksum else { throw altered("the record") }
        return (head, body)
    }

    private mutating func accept(_ head: TraceFormat.Head, _ body: UnsafeRawBufferPointer) {
        chain.update(bufferPointer: slice(offset..<offset + TraceFormat.headSize))
        chain.update(bufferPointer: body)
        offset += TraceFormat.headSize + head.bodyLength + head.payloadLength
        record += 1
    }

    private func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes.buffer[range])
    }

    private func truncated() -> Failure {
        Failure(
            .job, "the trace ends in the middle of record \(record), at byte \(offset), before its recording did",
            at: path, advice: "record again")
    }

    private func altered(_ what: String) -> Failure {
        Failure(
            .job, "the trace was altered: \(what) is not what was recorded (record \(record), at byte \(offset))",
            at: path, advice: "take it from where it was recorded, or record again")
    }
}

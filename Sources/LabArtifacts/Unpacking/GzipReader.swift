import CArchive
import LabModel

/// Reads gzip (RFC 1952), all members, with zlib: libarchive's filter does not compare the checksums.
struct GzipReader {
    private let source: HostFile

    init(_ source: HostFile) {
        self.source = source
    }

    func read(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        let inflater = try Inflater()
        let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
        defer { output.deallocate() }
        try source.forEachBlock { input in
            try inflater.consume(input, output, sink)
        }
        try inflater.finish()
    }
}

/// zlib's stream, at an address that does not move.
private final class Inflater {
    private let stream: UnsafeMutablePointer<z_stream>
    private var isBetweenMembers = true
    private var members = 0

    init() throws(Failure) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 16 asks for the gzip wrapper, whose checksum and length zlib then compares.
        let status = inflateInit2_(stream, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw Failure(.bug, "zlib refused to start: \(status)") }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func consume(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer,
        _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        // zlib does not write through next_in; its type only lacks the const.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) })
        stream.pointee.avail_in = UInt32(input.count)
        while stream.pointee.avail_in > 0 || (!isBetweenMembers && stream.pointee.avail_out == 0) {
            if isBetweenMembers { try beginMember() }
            stream.pointee.next_out = output.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) }
            stream.pointee.avail_out = UInt32(output.count)
            let status = inflate(stream, Z_NO_FLUSH)
            let produced = output.count - Int(stream.pointee.avail_out)
            if produced > 0 { try sink(UnsafeRawBufferPointer(rebasing: output[..<produced])) }
            switch status {
            case Z_OK, Z_BUF_ERROR: continue
            case Z_STREAM_END: isBetweenMembers = true
            default: throw refusal()
            }
        }
    }

    func finish() throws(Failure) {
        guard isBetweenMembers, members > 0 else { throw Failure(.job, "is cut: the gzip data ends in the middle") }
    }

    private func beginMember() throws(Failure) {
        // RFC 1952 2.2: a member begins with 0x1f; anything else after the first member is no gzip data.
        if members > 0, stream.pointee.next_in.pointee != 0x1f {
            throw Failure(.job, "has bytes after the end of its gzip data")
        }
        inflateReset(stream)
        members += 1
        isBetweenMembers = false
    }

    private func refusal() -> Failure {
        let reason = stream.pointee.msg.map { String(cString: $0) } ?? "unreadable"
        if members > 1, reason == "incorrect header check" {
            return Failure(.job, "has bytes after the end of its gzip data")
        }
        return Failure(.job, "is not sound gzip data: \(reason)")
    }
}

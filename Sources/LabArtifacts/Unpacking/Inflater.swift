import CArchive
import LabModel

/// zlib's stream, at an address that does not move.
final class Inflater {
    /// What surrounds the deflated data.
    enum Wrapper {
        /// zlib compares the checksum and the length of each member.
        case gzip
        case none
    }

    private let stream: UnsafeMutablePointer<z_stream>
    private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 4096)

    init(_ wrapper: Wrapper) throws(Failure) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 16 asks for the gzip wrapper, a negative number for none.
        let bits = wrapper == .gzip ? 16 + MAX_WBITS : -MAX_WBITS
        let status = inflateInit2_(stream, bits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw Failure(.bug, "zlib refused to start: \(status)") }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        output.deallocate()
    }

    /// zlib's words for the last error.
    var reason: String { stream.pointee.msg.map { String(cString: $0) } ?? "unreadable" }

    func reset() {
        inflateReset(stream)
    }

    /// Hands what `input` gives to `sink`, up to the end of the deflated data.
    ///
    /// - Returns: the bytes of `input` that were not needed, and zlib's status: `Z_OK` when it wants more,
    ///   `Z_STREAM_END` at the end, else an error.
    func consume(
        _ input: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> (left: Int, status: Int32) {
        // zlib does not write through next_in; its type only lacks the const.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) })
        stream.pointee.avail_in = UInt32(input.count)
        while true {
            stream.pointee.next_out = output.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) }
            stream.pointee.avail_out = UInt32(output.count)
            let status = inflate(stream, Z_NO_FLUSH)
            let produced = output.count - Int(stream.pointee.avail_out)
            if produced > 0 { try sink(UnsafeRawBufferPointer(rebasing: output[..<produced])) }
            switch status {
            case Z_OK, Z_BUF_ERROR:
                // A full output buffer may hide more; else the input is used up.
                if produced < output.count { return (Int(stream.pointee.avail_in), Z_OK) }
            default: return (Int(stream.pointee.avail_in), status)
            }
        }
    }
}

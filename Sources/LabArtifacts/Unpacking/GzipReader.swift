import CArchive
import LabModel

/// Reads gzip (RFC 1952), all members, with zlib: libarchive's filter does not compare the checksums.
struct GzipReader {
    private let source: HostFile
    private var isBetweenMembers = true
    private var members = 0

    init(_ source: HostFile) {
        self.source = source
    }

    mutating func read(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        let inflater = try Inflater(.gzip)
        try source.forEachBlock { input in
            try consume(input, inflater, sink)
        }
        guard isBetweenMembers, members > 0 else { throw Failure(.job, "is cut: the gzip data ends in the middle") }
    }

    private mutating func consume(
        _ input: UnsafeRawBufferPointer, _ inflater: Inflater, _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var rest = input
        while let first = rest.first {
            if isBetweenMembers { try beginMember(first, inflater) }
            let (left, status) = try inflater.consume(rest, sink)
            rest = UnsafeRawBufferPointer(rebasing: rest[(rest.count - left)...])
            switch status {
            case Z_OK: return
            case Z_STREAM_END: isBetweenMembers = true
            default: throw refusal(inflater.reason)
            }
        }
    }

    private mutating func beginMember(_ first: UInt8, _ inflater: Inflater) throws(Failure) {
        // RFC 1952 2.2: a member begins with 0x1f; anything else after the first member is no gzip data.
        if members > 0 {
            guard first == 0x1f else { throw Failure(.job, "has bytes after the end of its gzip data") }
            inflater.reset()
        }
        members += 1
        isBetweenMembers = false
    }

    private func refusal(_ reason: String) -> Failure {
        if members > 1, reason == "incorrect header check" {
            return Failure(.job, "has bytes after the end of its gzip data")
        }
        return Failure(.job, "is not sound gzip data: \(reason)")
    }
}

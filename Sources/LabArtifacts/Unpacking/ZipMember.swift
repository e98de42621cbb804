import CArchive
import LabModel

/// Reads the one file of a zip archive: stored or deflated, as `unzip` and every other tool can.
struct ZipMember {
    private let source: HostFile

    init(_ source: HostFile) {
        self.source = source
    }

    func read(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        let directory = try ZipDirectory(source)
        guard let file = directory.files.first else { throw Failure(.job, "holds no file") }
        guard directory.files.count == 1 else {
            throw Failure(
                .job, "holds more than one file", advice: "a zip image holds exactly one file; pack it alone")
        }
        guard !file.isEncrypted else { throw Failure(.job, "is encrypted", advice: "pack it without a password") }
        let data = try self.data(of: file, before: directory.range.lowerBound)
        var (checksum, size) = (crc32(0, nil, 0), Int64(0))
        let count = { (bytes: UnsafeRawBufferPointer) throws in
            checksum = crc32_z(checksum, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
            size += Int64(bytes.count)
            try sink(bytes)
        }
        switch file.method {
        case 0: try source.forEachBlock(in: data, count)
        case 8: try inflate(data, count)
        default:
            throw Failure(
                .job, "is packed by method \(file.method), which is not taken",
                advice: "pack it with `zip`, which deflates")
        }
        guard size == file.size, UInt32(truncatingIfNeeded: checksum) == file.checksum else {
            throw Failure(.job, "is not sound zip data: its checksum or its size does not fit")
        }
    }

    /// The packed data, behind the file's own header (PKWARE APPNOTE 4.3.7).
    private func data(of file: ZipDirectory.File, before end: Int64) throws -> Range<Int64> {
        guard file.offset <= end - 30 else { throw damaged }
        let header = LittleEndian(try source.bytes(at: file.offset, count: 30))
        guard header.count == 30, header[4, 0] == 0x0403_4b50, Int(header[2, 8]) == file.method else { throw damaged }
        let start = file.offset + 30 + header[2, 26] + header[2, 28]
        guard start <= end, file.packedSize <= end - start else { throw damaged }
        return start..<start + file.packedSize
    }

    private func inflate(_ range: Range<Int64>, _ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        let inflater = try Inflater(.none)
        var hasEnded = false
        try source.forEachBlock(in: range) { input in
            guard !hasEnded else { throw damaged }
            let (left, status) = try inflater.consume(input, sink)
            hasEnded = status == Z_STREAM_END
            guard status == Z_OK || hasEnded && left == 0 else { throw damaged }
        }
        guard hasEnded else { throw damaged }
    }

    private var damaged: Failure { Failure(.job, "is not sound zip data: it is cut or damaged") }
}

import LabModel

/// Walks over the structure of xz data (The .xz File Format 1.1.0) without unpacking it. liblzma under libarchive
/// takes any dictionary size, up to 4 GiB of memory, and passes over checks that it does not know.
struct XzLayout {
    /// Twice what `xz -9` needs, several times over.
    static let maximumDictionary: Int64 = 256 << 20

    private static let magic: [UInt8] = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]
    /// Sizes of none, CRC32, CRC64 and SHA-256 (2.1.1.2).
    private static let checkSizes: [UInt8: Int64] = [0: 0, 1: 4, 4: 8, 10: 32]

    private let source: HostFile

    init(_ source: HostFile) {
        self.source = source
    }

    /// Looks at all streams that follow each other at the start of `range`.
    ///
    /// - Throws: `job` for a dictionary that is too large, an unknown check or filter, or a structure that is none.
    func check(_ range: Range<Int64>) throws {
        var reader = ByteReader(source, range)
        repeat {
            try stream(&reader)
            // Between streams come zero bytes, a multiple of four (2.2).
            while try reader.peek(4) == [0, 0, 0, 0] { reader.skip(4) }
        } while try reader.peek(6) == Self.magic
    }

    private func stream(_ reader: inout ByteReader) throws {
        guard try reader.take(6) == Self.magic, try reader.byte() == 0 else { throw Self.broken }
        guard let checkSize = Self.checkSizes[try reader.byte()] else {
            throw Failure(.job, "has an xz checksum of an unknown kind", advice: "pack it with `xz --check=crc64`")
        }
        reader.skip(4)
        while true {
            let start = reader.position
            let size = Int64(try reader.byte())
            if size == 0 {
                try index(&reader, from: start)
                break
            }
            try blockHeader(&reader)
            reader.skip(start + (size + 1) * 4 - reader.position)
            let data = reader.position
            try chunks(&reader)
            reader.skip((4 - (reader.position - data) % 4) % 4 + checkSize)
        }
        // The footer (2.1.2).
        reader.skip(12)
    }

    /// 3.1, behind the size.
    private func blockHeader(_ reader: inout ByteReader) throws {
        let flags = try reader.byte()
        if flags & 0x40 != 0 { _ = try number(&reader) }
        if flags & 0x80 != 0 { _ = try number(&reader) }
        for _ in 0...(flags & 3) {
            let filter = try number(&reader)
            let properties = try number(&reader)
            guard properties <= 16 else { throw Self.broken }
            guard filter == 0x21 else {
                reader.skip(properties)
                continue
            }
            // 5.3.1: the size in half bits.
            let bits = Int64(try reader.byte())
            guard properties == 1, bits <= 40 else { throw Self.broken }
            let size = bits == 40 ? Int64(UInt32.max) : (2 | bits & 1) << (bits / 2 + 11)
            guard size <= Self.maximumDictionary else { throw Self.tooMuchMemory(size) }
        }
    }

    /// LZMA2 data: each chunk says how long it is (liblzma, lzma2_decoder.c).
    private func chunks(_ reader: inout ByteReader) throws {
        while true {
            let control = try reader.byte()
            switch control {
            case 0: return
            case 1, 2:
                let size = try reader.bigEndian16() + 1
                reader.skip(size)
            case 0x80...:
                reader.skip(2)
                let size = try reader.bigEndian16() + 1
                reader.skip(size + (control >= 0xc0 ? 1 : 0))
            default: throw Self.broken
            }
        }
    }

    /// 4, behind the zero that tells it from a block.
    private func index(_ reader: inout ByteReader, from start: Int64) throws {
        let records = try number(&reader)
        var left = records
        while left > 0 {
            _ = try number(&reader)
            _ = try number(&reader)
            left -= 1
        }
        reader.skip((4 - (reader.position - start) % 4) % 4 + 4)
    }

    /// 1.2: seven bits a byte, the lowest first.
    private func number(_ reader: inout ByteReader) throws -> Int64 {
        var value: Int64 = 0
        for shift in stride(from: Int64(0), to: 63, by: 7) {
            let byte = try reader.byte()
            value |= Int64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
        }
        throw Self.broken
    }

    private static var broken: Failure { Failure(.job, "is not sound xz data: it is cut or damaged") }

    static func tooMuchMemory(_ size: Int64) -> Failure {
        Failure(
            .job, "needs \(size) bytes of memory to unpack, more than \(maximumDictionary)",
            advice: "pack it with `xz -9` or less")
    }
}

/// Reads small pieces of a file in order.
private struct ByteReader {
    private let source: HostFile
    private let end: Int64
    private var window: [UInt8] = []
    private var windowStart: Int64
    private(set) var position: Int64

    init(_ source: HostFile, _ range: Range<Int64>) {
        self.source = source
        end = range.upperBound
        position = range.lowerBound
        windowStart = range.lowerBound
    }

    mutating func byte() throws -> UInt8 {
        let index = try fill(1)
        position += 1
        return window[index]
    }

    mutating func bigEndian16() throws -> Int64 {
        let index = try fill(2)
        position += 2
        return Int64(window[index]) << 8 | Int64(window[index + 1])
    }

    mutating func take(_ count: Int) throws -> [UInt8] {
        let index = try fill(count)
        position += Int64(count)
        return Array(window[index..<index + count])
    }

    /// The next bytes; nil when there are not so many.
    mutating func peek(_ count: Int) throws -> [UInt8]? {
        guard position + Int64(count) <= end else { return nil }
        let index = try fill(count)
        return Array(window[index..<index + count])
    }

    mutating func skip(_ count: Int64) {
        position += count
    }

    /// - Returns: where in the window the next bytes begin.
    private mutating func fill(_ count: Int) throws -> Int {
        let offset = position - windowStart
        if offset >= 0, offset + Int64(count) <= Int64(window.count) { return Int(offset) }
        guard position + Int64(count) <= end else {
            throw Failure(.job, "is cut: the xz data ends in the middle")
        }
        window = try source.bytes(at: position, count: Int(min(4096, end - position)))
        windowStart = position
        guard window.count >= count else { throw Failure(.job, "is cut: the xz data ends in the middle") }
        return 0
    }
}

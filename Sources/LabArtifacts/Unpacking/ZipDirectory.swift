import Glibc
import LabModel

/// The directory at the end of a zip archive (PKWARE APPNOTE 6.3, 4.3.12 to 4.3.16).
struct ZipDirectory {
    /// A zip image holds one file; more than a few folders around it are no image.
    private static let maximumEntries = 1000
    private static let maximumBytes: Int64 = 1 << 20

    /// A file as the directory describes it.
    struct File: Hashable {
        var name: String
        var isEncrypted: Bool
        /// 4.4.5: 0 is stored, 8 deflated.
        var method: Int
        var checksum: UInt32
        var packedSize: Int64
        var size: Int64
        /// Of its own header.
        var offset: Int64
    }

    /// Where the directory lies.
    let range: Range<Int64>
    /// Folders left out.
    private(set) var files: [File] = []

    /// - Throws: `job` unless the archive ends exactly with its directory and all of it can be read.
    init(_ source: HostFile) throws {
        guard try source.bytes(at: 0, count: 4) == [0x50, 0x4b, 3, 4] else {
            throw Failure(.job, "is not zip: it does not begin with a file's header")
        }
        let (range, count) = try Self.end(source)
        self.range = range
        guard count <= Self.maximumEntries, range.upperBound - range.lowerBound <= Self.maximumBytes else {
            throw Failure(
                .job, "holds more than \(Self.maximumEntries) entries or names of more than \(Self.maximumBytes) bytes",
                advice: "a zip image holds exactly one file; pack it alone")
        }
        let bytes = LittleEndian(
            try source.bytes(at: range.lowerBound, count: Int(range.upperBound - range.lowerBound)))
        var offset = 0
        for _ in 0..<count {
            guard bytes.count - offset >= 46, bytes[4, offset] == 0x0201_4b50 else { throw Self.broken }
            offset += try add(bytes, at: offset)
        }
        guard offset == bytes.count else { throw Self.broken }
    }

    /// - Returns: the entry's length.
    private mutating func add(_ bytes: LittleEndian, at start: Int) throws -> Int {
        let (name, extra) = (Int(bytes[2, start + 28]), Int(bytes[2, start + 30]))
        let length = 46 + name + extra + Int(bytes[2, start + 32])
        guard bytes.count - start >= length else { throw Self.broken }
        let text = String(decoding: bytes.bytes[start + 46..<start + 46 + name], as: UTF8.self)
        // 4.4.2 and 4.4.15: made on a Unix, the upper half of the attributes is the file's mode.
        let mode = bytes[2, start + 4] >> 8 == 3 ? mode_t(bytes[2, start + 40]) & S_IFMT : 0
        if mode == S_IFDIR || text.hasSuffix("/") { return length }
        // What `zip` reads from a pipe, it calls one.
        guard [0, S_IFREG, S_IFIFO].contains(mode) else {
            throw Failure(.job, "holds `\(ArchivePath.shown(text))`, which is not a plain file")
        }
        guard !text.split(separator: "/").contains("..") else {
            throw Failure(
                .job, "holds a file whose name leads out of its folder: `\(ArchivePath.shown(text))`")
        }
        var wide = LittleEndian.Fields(bytes, zip64In: start + 46 + name..<start + 46 + name + extra)
        // 4.5.3: in this order, and only what does not fit.
        let size = try wide.value(bytes[4, start + 24])
        let packed = try wide.value(bytes[4, start + 20])
        let offset = try wide.value(bytes[4, start + 42])
        files.append(
            File(
                name: text, isEncrypted: bytes[2, start + 8] & 1 != 0, method: Int(bytes[2, start + 10]),
                checksum: UInt32(truncatingIfNeeded: bytes[4, start + 16]), packedSize: packed, size: size,
                offset: offset))
        return length
    }

    /// The end record must be the end of the file: 22 bytes and a comment of the length it names.
    private static func end(_ source: HostFile) throws -> (Range<Int64>, count: Int) {
        let size = try source.size()
        let tail = LittleEndian(try source.bytes(at: max(0, size - 65_557), count: Int(min(size, 65_557))))
        guard tail.count >= 22 else { throw Failure(.job, "is cut: it has no zip directory") }
        for start in stride(from: tail.count - 22, through: 0, by: -1) where tail[4, start] == 0x0605_4b50 {
            guard start + 22 + Int(tail[2, start + 20]) == tail.count else {
                throw Failure(.job, "has bytes after the end of its zip data, or is cut")
            }
            let end = size - Int64(tail.count) + Int64(start)
            if end >= 20, let wide = try wideEnd(source, LittleEndian(source.bytes(at: end - 20, count: 20)), end - 20)
            {
                return wide
            }
            return try span(tail[4, start + 16], tail[4, start + 12], end, Int64(tail[2, start + 10]))
        }
        throw Failure(.job, "is cut or not zip: it has no zip directory")
    }

    /// The larger end record (4.3.14), when a locator (4.3.15) stands before the small one.
    private static func wideEnd(
        _ source: HostFile, _ locator: LittleEndian, _ locatorStart: Int64
    ) throws -> (Range<Int64>, count: Int)? {
        guard locator[4, 0] == 0x0706_4b50 else { return nil }
        let start = locator[8, 8]
        guard start >= 0, start <= locatorStart - 56 else { throw broken }
        let record = LittleEndian(try source.bytes(at: start, count: 56))
        guard record.count == 56, record[4, 0] == 0x0606_4b50, record[8, 4] == locatorStart - start - 12 else {
            throw broken
        }
        return try span(record[8, 48], record[8, 40], start, record[8, 32])
    }

    private static func span(
        _ start: Int64, _ size: Int64, _ end: Int64, _ count: Int64
    ) throws -> (Range<Int64>, count: Int) {
        guard start >= 0, size >= 0, start <= end, size == end - start, count >= 0, count <= Int64(Int32.max) else {
            throw broken
        }
        return (start..<end, Int(count))
    }

    private static var broken: Failure { Failure(.job, "is not sound zip data: its directory is damaged") }
}

/// Bytes with the numbers in them.
struct LittleEndian {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var count: Int { bytes.count }

    /// The number of `size` bytes (1...8) at `offset`; negative only with 8 bytes.
    subscript(size: Int, offset: Int) -> Int64 {
        var value: UInt64 = 0
        for index in (offset..<offset + size).reversed() { value = value << 8 | UInt64(bytes[index]) }
        return Int64(bitPattern: value)
    }

    /// The eight-byte numbers of a zip64 extra field (4.5.3), taken one after another.
    struct Fields {
        private let bytes: LittleEndian
        private var range = 0..<0

        init(_ bytes: LittleEndian, zip64In extra: Range<Int>) {
            self.bytes = bytes
            var offset = extra.lowerBound
            while offset + 4 <= extra.upperBound {
                let end = offset + 4 + Int(bytes[2, offset + 2])
                if bytes[2, offset] == 1, end <= extra.upperBound { range = offset + 4..<end }
                offset = end
            }
        }

        /// `small`, or the next wide number where `small` says that it does not fit.
        mutating func value(_ small: Int64) throws(Failure) -> Int64 {
            guard small == 0xffff_ffff else { return small }
            guard range.count >= 8 else { throw Failure(.job, "is not sound zip data: a size is missing") }
            let value = bytes[8, range.lowerBound]
            range = range.lowerBound + 8..<range.upperBound
            guard value >= 0 else { throw Failure(.job, "is not sound zip data: a size is negative") }
            return value
        }
    }
}

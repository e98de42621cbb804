import LabModel

/// Reads the names in a cpio "newc" stream (Linux, Documentation/driver-api/early-userspace/buffer-format.rst), piece
/// by piece, and passes over the data. Archives may follow each other with zero bytes between them.
struct NewcScanner {
    enum Kind: Hashable, Sendable {
        case directory
        case link(String)
        case other
    }

    /// The entries so far; of two with the same name the later.
    private(set) var entries: [[String]: Kind] = [:]
    /// Bytes taken; when `hasStopped`, where something begins that is no cpio.
    private(set) var consumed: Int64 = 0
    private(set) var hasStopped = false
    private var pending: [UInt8] = []
    private var toSkip: Int64 = 0

    private static let headerSize = 110
    private static let maximumEntries = 500_000
    private let maximumNameBytes: Int
    private var names = 0
    private var nameBytes = 0

    /// - Parameter maximumNameBytes: of all names together, which are remembered.
    init(maximumNameBytes: Int = 64 << 20) {
        self.maximumNameBytes = maximumNameBytes
    }

    mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        if hasStopped { return }
        var rest = bytes[...]
        if pending.isEmpty, toSkip > 0 {
            let count = Int(min(toSkip, Int64(rest.count)))
            toSkip -= Int64(count)
            consumed += Int64(count)
            rest = rest.dropFirst(count)
        }
        pending.append(contentsOf: rest)
        var offset = 0
        while !hasStopped, let length = step(at: offset) { offset += length }
        pending.removeFirst(offset)
        consumed += Int64(offset)
    }

    /// Called when all is fed.
    ///
    /// - Throws: `job` when an archive ends in the middle of an entry, or names more than can be remembered.
    func finish() throws(Failure) {
        guard names <= Self.maximumEntries, nameBytes <= maximumNameBytes else {
            throw Failure(
                .job, "holds more than \(Self.maximumEntries) entries or \(maximumNameBytes) bytes of names")
        }
        // The last file's padding may be missing.
        guard hasStopped || (pending.isEmpty && toSkip <= 3) else {
            throw Failure(.job, "is cut: the cpio archive ends in the middle of an entry")
        }
    }

    /// The length of what stands at `offset`; nil when more bytes are needed.
    private mutating func step(at offset: Int) -> Int? {
        if offset >= pending.count { return nil }
        if toSkip > 0 {
            let count = Int(min(toSkip, Int64(pending.count - offset)))
            toSkip -= Int64(count)
            return count
        }
        if pending[offset] == 0 { return 1 }
        guard pending[offset] == UInt8(ascii: "0") else { return stop() }
        guard pending.count - offset >= Self.headerSize else { return nil }
        let magic = pending[offset..<offset + 6]
        guard magic.elementsEqual("070701".utf8) || magic.elementsEqual("070702".utf8) else { return stop() }
        guard let mode = field(1, at: offset), let size = field(6, at: offset), let nameSize = field(11, at: offset),
            (1...4096).contains(nameSize)
        else { return stop() }
        return entry(at: offset, mode: mode, size: size, nameSize: nameSize)
    }

    private mutating func entry(at offset: Int, mode: Int, size: Int, nameSize: Int) -> Int? {
        let head = Self.padded(Self.headerSize + nameSize)
        let isLink = mode & 0o170000 == 0o120000 && size <= 4096
        let needed = head + (isLink ? Self.padded(size) : 0)
        guard pending.count - offset >= needed else { return nil }
        let nameStart = offset + Self.headerSize
        let name = String(decoding: pending[nameStart..<nameStart + nameSize - 1], as: UTF8.self)
        toSkip = isLink ? 0 : Int64(Self.padded(size))
        if name == "TRAILER!!!" { return needed }
        let path = name.split(separator: "/").filter { $0 != "." }.map(String.init)
        if path.isEmpty { return needed }
        names += 1
        nameBytes += nameSize
        if names > Self.maximumEntries || nameBytes > maximumNameBytes { return stop() }
        if isLink {
            let target = pending[offset + head..<offset + head + size]
            entries[path] = .link(String(decoding: target, as: UTF8.self))
        } else {
            entries[path] = mode & 0o170000 == 0o040000 ? .directory : .other
        }
        return needed
    }

    private mutating func stop() -> Int? {
        hasStopped = true
        return nil
    }

    private func field(_ index: Int, at offset: Int) -> Int? {
        let start = offset + 6 + 8 * index
        return Int(String(decoding: pending[start..<start + 8], as: UTF8.self), radix: 16)
    }

    private static func padded(_ size: Int) -> Int {
        (size + 3) & ~3
    }
}

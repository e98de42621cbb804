/// A part of a crash state's disk. Every read is bounded by the part; what lies outside cannot be read.
struct DiskPart: Sendable {
    let state: CrashState
    /// Bytes of the disk.
    let range: Range<Int>

    /// The whole disk.
    init(_ state: CrashState) {
        self.init(state, 0..<state.size)
    }

    /// - Parameter range: is cut at the disk's end.
    init(_ state: CrashState, _ range: Range<Int>) {
        self.state = state
        self.range = range.clamped(to: 0..<state.size)
    }

    var count: Int { range.count }

    /// More than this is not read at once.
    static let longestRead = 64 << 20

    /// Whether the two hold other bytes in `bytes` of the part.
    func differs(from other: DiskPart, in bytes: Range<Int>) -> Bool {
        var place = bytes.lowerBound
        while place < bytes.upperBound {
            let count = min(1 << 20, bytes.upperBound - place)
            if fields(at: place, count: count)?.bytes != other.fields(at: place, count: count)?.bytes { return true }
            place += count
        }
        return false
    }

    /// `count` bytes from `offset` on, or nil when the part does not have them.
    func fields(at offset: Int, count: Int) -> Fields? {
        guard offset >= 0, count > 0, count <= Self.longestRead, offset <= self.count - count else { return nil }
        let first = range.lowerBound + offset
        let sectors = first / sectorSize..<(first + count + sectorSize - 1) / sectorSize
        var bytes = [UInt8](repeating: 0, count: sectors.count * sectorSize)
        bytes.withUnsafeMutableBytes { state.copy(sectors: sectors, into: $0) }
        let skipped = first - sectors.lowerBound * sectorSize
        return Fields(bytes: skipped == 0 && bytes.count == count ? bytes : Array(bytes[skipped..<skipped + count]))
    }
}

/// Bytes of unknown origin, read as little-endian fields. What lies outside reads as zero.
struct Fields: Sendable {
    var bytes: [UInt8]

    var count: Int { bytes.count }
    var isZeros: Bool { bytes.allSatisfy { $0 == 0 } }

    func u8(_ place: Int) -> Int { bytes.indices.contains(place) ? Int(bytes[place]) : 0 }
    func u16(_ place: Int) -> Int { u8(place) | u8(place + 1) << 8 }
    func u32(_ place: Int) -> Int { u16(place) | u16(place + 2) << 16 }
    func bigU32(_ place: Int) -> Int {
        u8(place) << 24 | u8(place + 1) << 16 | u8(place + 2) << 8 | u8(place + 3)
    }
    /// Nil for what does not fit a signed number.
    func u64(_ place: Int) -> Int? {
        let (low, high) = (u32(place), u32(place + 4))
        return high < 1 << 31 ? low | high << 32 : nil
    }
    func slice(_ place: Int, _ count: Int) -> Fields {
        guard place >= 0, count > 0, place < bytes.count else { return Fields(bytes: []) }
        return Fields(bytes: Array(bytes[place..<min(bytes.count, place + count)]))
    }
    func starts(_ place: Int, with text: String) -> Bool {
        slice(place, text.utf8.count).bytes.elementsEqual(text.utf8)
    }
    /// Text up to the first zero, at most `count` bytes of it.
    func name(_ place: Int, _ count: Int) -> String {
        Fields.printable(String(decoding: slice(place, count).bytes.prefix { $0 != 0 }, as: UTF8.self))
    }

    /// A name from a disk as it may stand in a line of text.
    static func printable(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(255) {
            let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
            // Marks that turn the writing direction make one name look like another.
            let isBidirectional =
                [0x200e, 0x200f].contains(scalar.value)
                || (0x202a...0x202e).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
            result.unicodeScalars.append(isControl || isBidirectional ? "\u{fffd}" : scalar)
        }
        return result
    }
}

/// A set of 4 KiB blocks of a disk, one bit each.
public struct BlockBitmap: Hashable, Sendable, Codable {
    /// Bytes of a block.
    public static let blockSize = 4096
    static let sectorsPerBlock = blockSize / sectorSize

    /// 64 blocks a word, lowest bit first. Words past the end are zeros.
    public private(set) var words: [UInt64]

    public init() {
        words = []
    }

    /// Takes what `words` of another bitmap said.
    public init(words: [UInt64]) {
        self.words = words
    }

    public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    /// How many blocks are in the set.
    public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    @inline(__always)
    public func contains(block: Int) -> Bool {
        let word = block >> 6
        return word < words.count && words[word] & (1 << UInt64(block & 63)) != 0
    }

    @inline(__always)
    func contains(sector: Int) -> Bool {
        contains(block: sector >> 3)
    }

    public mutating func insert(block: Int) {
        let word = block >> 6
        if word >= words.count { words.append(contentsOf: repeatElement(0, count: word + 1 - words.count)) }
        words[word] |= 1 << UInt64(block & 63)
    }

    /// Adds every block that `sectors` touches.
    mutating func insert(sectors: Range<Int>) {
        guard !sectors.isEmpty else { return }
        for block in sectors.lowerBound >> 3...(sectors.upperBound - 1) >> 3 { insert(block: block) }
    }

    /// Whether any block that `sectors` touches is in the set.
    func intersects(sectors: Range<Int>) -> Bool {
        guard !words.isEmpty, !sectors.isEmpty else { return false }
        let last = min((sectors.upperBound - 1) >> 3, words.count * 64 - 1)
        var block = sectors.lowerBound >> 3
        while block <= last {
            if block & 63 == 0, words[block >> 6] == 0 {
                block += 64
            } else if contains(block: block) {
                return true
            } else {
                block += 1
            }
        }
        return false
    }

    /// Adds every block of `other`.
    public mutating func formUnion(_ other: BlockBitmap) {
        if other.words.count > words.count {
            words.append(contentsOf: repeatElement(0, count: other.words.count - words.count))
        }
        for index in other.words.indices { words[index] |= other.words[index] }
    }
}

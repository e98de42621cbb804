/// What one boot read of the disk it found, before it overwrote it itself.
public struct ReadLog: Hashable, Sendable {
    /// Neighbouring sectors read one after the other.
    public struct Run: Hashable, Sendable {
        public var start: Int
        public var count: Int

        public init(start: Int, count: Int) {
            self.start = start
            self.count = count
        }

        public var sectors: Range<Int> { start..<start + count }
    }

    /// The sectors that the trace wrote at least once, in the order of their first read, each once.
    public internal(set) var runs: [Run]
    /// Every block of which anything was read, written by the trace or not.
    public internal(set) var blocks: BlockBitmap

    public init(runs: [Run] = [], blocks: BlockBitmap = BlockBitmap()) {
        self.runs = runs
        self.blocks = blocks
    }

    /// How many versioned sectors were read.
    public var sectorCount: Int { runs.reduce(0) { $0 + $1.count } }

    mutating func append(sector: Int) {
        if let last = runs.indices.last, runs[last].start + runs[last].count == sector {
            runs[last].count += 1
        } else {
            runs.append(Run(start: sector, count: 1))
        }
    }
}

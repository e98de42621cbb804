import LabModel

/// Which writes touched which sectors: the disk cut into extents whose sectors all have the same list of writes.
struct SectorIndex: Sendable {
    /// Neighbouring sectors that were written by the same writes.
    struct Extent: Sendable {
        var sectors: Range<Int>
        /// Place of its first sector in a count over all written sectors.
        var firstSlot: Int
        /// Its write numbers, oldest first, in `SectorIndex.versions`.
        var versions: Range<Int>
    }

    /// Ordered, apart from each other; only sectors that were written at all.
    let extents: [Extent]
    /// Write numbers, extent after extent.
    let versions: [Int32]
    /// How many sectors were written at least once.
    let slotCount: Int

    /// More versions than this in one trace are refused: they would not fit in memory.
    static let versionLimit = 1 << 26

    init(_ writes: [TraceWrite]) throws(Failure) {
        var edges: [(sector: Int, number: Int32, begins: Bool)] = []
        edges.reserveCapacity(writes.count * 2)
        for write in writes {
            edges.append((write.sectors.lowerBound, Int32(write.number), true))
            edges.append((write.sectors.upperBound, Int32(write.number), false))
        }
        edges.sort { $0.sector < $1.sector }

        var extents: [Extent] = []
        var versions: [Int32] = []
        var slots = 0
        var active: [Int32] = []
        var start = 0
        for edge in edges {
            if edge.sector > start, !active.isEmpty {
                guard versions.count + active.count <= SectorIndex.versionLimit else {
                    throw Failure(.job, "the trace overwrites the same places too often to be indexed")
                }
                let range = versions.count..<versions.count + active.count
                versions.append(contentsOf: active)
                extents.append(Extent(sectors: start..<edge.sector, firstSlot: slots, versions: range))
                slots += edge.sector - start
            }
            start = edge.sector
            let place = SectorIndex.place(of: edge.number, in: active)
            if edge.begins {
                active.insert(edge.number, at: place)
            } else {
                active.remove(at: place)
            }
        }
        self.extents = extents
        self.versions = versions
        slotCount = slots
    }

    /// The first extent that ends after `sector`.
    @inline(__always)
    func firstExtent(endingAfter sector: Int) -> Int {
        var low = 0
        var high = extents.count
        while low < high {
            let middle = (low + high) / 2
            if extents[middle].sectors.upperBound > sector { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The extent that holds `sector`, if it was written at all.
    func extent(holding sector: Int) -> Int? {
        let index = firstExtent(endingAfter: sector)
        return index < extents.count && extents[index].sectors.contains(sector) ? index : nil
    }

    /// The write numbers of one extent, oldest first.
    func versions(of extent: Int) -> ArraySlice<Int32> {
        versions[extents[extent].versions]
    }

    private static func place(of number: Int32, in sorted: [Int32]) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

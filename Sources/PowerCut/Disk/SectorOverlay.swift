/// Sectors on top of a disk: the newest bytes of everything that was written to it since.
struct SectorOverlay: Hashable, Sendable {
    /// By sector: where its bytes begin in the payload it belongs to; -1 for zeros.
    private(set) var places: [Int: Int] = [:]
    /// Blocks with at least one of the sectors.
    private(set) var blocks = BlockBitmap()

    var isEmpty: Bool { places.isEmpty }

    mutating func put(sector: Int, at place: Int) {
        places[sector] = place
        blocks.insert(block: sector >> 3)
    }

    /// Puts whole sectors whose bytes lie together from `place` on, or zeros if `place` is negative.
    mutating func put(sectors: Range<Int>, at place: Int) {
        for sector in sectors {
            put(sector: sector, at: place < 0 ? -1 : place + (sector - sectors.lowerBound) * sectorSize)
        }
    }

    /// Copies what lies in `sectors` into `buffer`, which holds these sectors.
    func patch(_ buffer: UnsafeMutableRawBufferPointer, sectors: Range<Int>, from payload: [UInt8]) {
        guard blocks.intersects(sectors: sectors) else { return }
        payload.withUnsafeBytes { bytes in
            for sector in sectors where blocks.contains(sector: sector) {
                guard let place = places[sector] else { continue }
                let start = (sector - sectors.lowerBound) * sectorSize
                let target = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<start + sectorSize])
                if place < 0 {
                    target.initializeMemory(as: UInt8.self, repeating: 0)
                } else {
                    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[place..<place + sectorSize]))
                }
            }
        }
    }
}

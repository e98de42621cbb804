import Glibc

extension CrashState {
    /// The version of `sector`, of which extent `extent` is the holder.
    @inline(__always)
    func version(ofSector sector: Int, extent: Int) -> Int {
        if let torn, torn.sectors.contains(sector) { return version(ofWrite: torn.write, extent: extent) }
        return Int(visible[extent])
    }

    /// Which version of an extent that `write` wrote is `write`'s.
    func version(ofWrite write: Int, extent: Int) -> Int {
        let versions = space.index.versions(of: extent)
        return (versions.firstIndex(of: Int32(write)) ?? versions.startIndex) - versions.startIndex + 1
    }

    /// The content class of `sector` without what recovery boots wrote.
    @inline(__always)
    func contentClass(ofSector sector: Int, extent: Int) -> UInt32 {
        let place = space.index.extents[extent]
        return space.classes.classOf(
            extent: extent, versions: place.versions.count, sector: sector - place.sectors.lowerBound,
            version: version(ofSector: sector, extent: extent))
    }

    /// The write whose bytes `sector` shows, or nil for the base image; without what recovery boots wrote.
    public func write(showingAtSector sector: Int) -> Int? {
        guard let extent = space.index.extent(holding: sector) else { return nil }
        let version = version(ofSector: sector, extent: extent)
        return version == 0
            ? nil : Int(space.index.versions(of: extent)[space.index.extents[extent].versions.lowerBound + version - 1])
    }

    /// Runs `body` over the pieces of `sectors` that lie together in the base image or in one write: first the sectors,
    /// then the write, nil for the base.
    @inline(__always)
    func forEachPiece(of sectors: Range<Int>, _ body: (Range<Int>, Int?) -> Void) {
        var sector = sectors.lowerBound
        var extent = space.index.firstExtent(endingAfter: sector)
        while sector < sectors.upperBound {
            guard extent < space.index.extents.count else { return body(sector..<sectors.upperBound, nil) }
            let place = space.index.extents[extent]
            if place.sectors.lowerBound > sector {
                let end = min(place.sectors.lowerBound, sectors.upperBound)
                body(sector..<end, nil)
                sector = end
                continue
            }
            let end = min(place.sectors.upperBound, sectors.upperBound)
            pieces(of: sector..<end, extent: extent, place: place, body)
            sector = end
            extent += 1
        }
    }

    @inline(__always)
    private func pieces(
        of sectors: Range<Int>, extent: Int, place: SectorIndex.Extent, _ body: (Range<Int>, Int?) -> Void
    ) {
        let version = Int(visible[extent])
        let write = version == 0 ? nil : Int(space.index.versions[place.versions.lowerBound + version - 1])
        guard let torn, torn.sectors.overlaps(sectors) else { return body(sectors, write) }
        let patch = torn.sectors.clamped(to: sectors)
        if patch.lowerBound > sectors.lowerBound { body(sectors.lowerBound..<patch.lowerBound, write) }
        body(patch, torn.write)
        if patch.upperBound < sectors.upperBound { body(patch.upperBound..<sectors.upperBound, write) }
    }

    /// Copies whole sectors into `buffer`, which is as long as they are.
    func copy(sectors: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) {
        guard let target = buffer.baseAddress else { return }
        forEachPiece(of: sectors) { piece, write in
            let place = target + (piece.lowerBound - sectors.lowerBound) * sectorSize
            let length = piece.count * sectorSize
            guard let write else {
                return place.copyMemory(from: space.base.pointer(toSector: piece.lowerBound), byteCount: length)
            }
            if space.trace.isZeros(write: write) {
                place.initializeMemory(as: UInt8.self, repeating: 0, count: length)
            } else {
                place.copyMemory(
                    from: space.trace.pointer(toSector: piece.lowerBound, ofWrite: write), byteCount: length)
            }
        }
        if !overlay.isEmpty { overlay.patch(buffer, sectors: sectors, from: overlayPayload) }
    }

    /// Runs `body` with the bytes of one sector.
    func withBytes<Result>(ofSector sector: Int, _ body: (UnsafeRawPointer) -> Result) -> Result {
        if let place = overlay.places[sector] {
            guard place >= 0 else { return body(ZeroBytes.shared.start) }
            return overlayPayload.withUnsafeBytes { bytes in
                bytes.baseAddress.map { body($0 + place) } ?? body(ZeroBytes.shared.start)
            }
        }
        guard let extent = space.index.extent(holding: sector) else {
            return body(space.base.pointer(toSector: sector))
        }
        let version = version(ofSector: sector, extent: extent)
        guard version > 0 else { return body(space.base.pointer(toSector: sector)) }
        let write = space.index.versions[space.index.extents[extent].versions.lowerBound + version - 1]
        return body(space.trace.pointer(toSector: sector, ofWrite: Int(write)))
    }

    /// Whether both states hold the same bytes at `sector`.
    func isEqual(to other: CrashState, atSector sector: Int) -> Bool {
        withBytes(ofSector: sector) { left in other.withBytes(ofSector: sector) { memcmp(left, $0, sectorSize) == 0 } }
    }
}

extension CrashState {
    /// Whether `sector` holds the 512 bytes at `bytes`.
    func holds(_ bytes: UnsafeRawPointer, atSector sector: Int) -> Bool {
        withBytes(ofSector: sector) { memcmp($0, bytes, sectorSize) == 0 }
    }
}

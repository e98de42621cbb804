/// Answers whether a state needs to be booted: not if it gives the same bytes as a representative to everything that the
/// representative's boot read. Sound for boots that are functions of what they read.
///
/// For every extent of written sectors and each of its versions there is a set of bits: the representatives that would
/// see other bytes if that version were there. A state is a choice of one version an extent, so the representatives that
/// do not fit are the union over the extents, whatever the size of their read sets. Only extents that a state shows in
/// parts (torn writes, writes of recovery boots) are compared sector by sector, with the few that are left.
public struct PruningIndex: Sendable {
    public private(set) var representatives: [Representative] = []
    private let space: CrashSpace
    // By extent and version: a bit for each representative that sees other bytes there; short means zeros.
    private var misfits: [[UInt64]]
    // Extents in which any representative read anything.
    private var readExtents: [Int] = []
    private var isRead: [Bool]

    public init(_ space: CrashSpace) {
        self.space = space
        misfits = Array(repeating: [], count: space.index.versions.count + space.index.extents.count)
        isRead = Array(repeating: false, count: space.index.extents.count)
    }

    /// Makes a booted state a representative. Returns its number.
    @discardableResult
    public mutating func add(_ representative: Representative) -> Int {
        let number = representatives.count
        representatives.append(representative)
        for sectors in representative.readSectors {
            var extent = space.index.firstExtent(endingAfter: sectors.lowerBound)
            while extent < space.index.extents.count,
                space.index.extents[extent].sectors.lowerBound < sectors.upperBound
            {
                note(representative, number, extent: extent, sectors: sectors)
                extent += 1
            }
        }
        return number
    }

    /// The first representative that `state` cannot be told from; nil means that it has to be booted.
    public func match(_ state: CrashState) -> Int? {
        let words = (representatives.count + 63) / 64
        guard words > 0 else { return nil }
        var misfit = [UInt64](repeating: 0, count: words)
        if representatives.count & 63 != 0 { misfit[words - 1] = ~0 << UInt64(representatives.count & 63) }
        var partial: [Int] = []
        misfit.withUnsafeMutableBufferPointer { misfit in
            for extent in readExtents {
                guard let version = wholeVersion(of: extent, in: state) else {
                    partial.append(extent)
                    continue
                }
                let set = misfits[place(extent, version)]
                for word in set.indices { misfit[word] |= set[word] }
            }
        }
        for (word, bits) in misfit.enumerated() {
            var fitting = ~bits
            while fitting != 0 {
                let number = word * 64 + fitting.trailingZeroBitCount
                if fits(state, representatives[number], number, partial: partial) { return number }
                fitting &= fitting - 1
            }
        }
        return nil
    }

    @inline(__always)
    private func place(_ extent: Int, _ version: Int) -> Int {
        space.index.extents[extent].versions.lowerBound + extent + version
    }

    /// The one version that all of `extent` shows in `state`; nil if it shows parts of several.
    @inline(__always)
    private func wholeVersion(of extent: Int, in state: CrashState) -> Int? {
        let sectors = space.index.extents[extent].sectors
        if !state.overlay.isEmpty, state.overlay.blocks.intersects(sectors: sectors) { return nil }
        if let torn = state.torn, torn.sectors.overlaps(sectors) {
            guard torn.sectors.clamped(to: sectors) == sectors else { return nil }
            return state.version(ofWrite: torn.write, extent: extent)
        }
        return Int(state.visible[extent])
    }

    private mutating func note(_ representative: Representative, _ number: Int, extent: Int, sectors: Range<Int>) {
        let place = space.index.extents[extent]
        let read = place.sectors.clamped(to: sectors)
        if !isRead[extent] {
            isRead[extent] = true
            readExtents.append(extent)
        }
        let shown = wholeVersion(of: extent, in: representative.state)
        for version in 0...place.versions.count where version != shown {
            let isSame = read.allSatisfy { sees(representative.state, extent: extent, sector: $0, as: version) }
            if !isSame { setBit(number, in: self.place(extent, version)) }
        }
    }

    private mutating func setBit(_ number: Int, in set: Int) {
        let word = number >> 6
        if misfits[set].count <= word {
            misfits[set].append(contentsOf: repeatElement(0, count: word + 1 - misfits[set].count))
        }
        misfits[set][word] |= 1 << UInt64(number & 63)
    }

    /// Whether `state` holds at `sector` the bytes of version `version` of its extent.
    private func sees(_ state: CrashState, extent: Int, sector: Int, as version: Int) -> Bool {
        let place = space.index.extents[extent]
        if state.overlay.isEmpty || state.overlay.places[sector] == nil {
            return state.contentClass(ofSector: sector, extent: extent)
                == space.classes.classOf(
                    extent: extent, versions: place.versions.count, sector: sector - place.sectors.lowerBound,
                    version: version)
        }
        let write = version == 0 ? nil : space.index.versions[place.versions.lowerBound + version - 1]
        let bytes = write.map { space.trace.pointer(toSector: sector, ofWrite: Int($0)) }
        return state.holds(bytes ?? space.base.pointer(toSector: sector), atSector: sector)
    }

    /// The exact comparison, for what the bits could not decide.
    private func fits(_ state: CrashState, _ representative: Representative, _ number: Int, partial: [Int]) -> Bool {
        for extent in partial {
            let sectors = space.index.extents[extent].sectors
            for range in representative.reads(in: sectors) {
                for sector in range.clamped(to: sectors)
                where !isSame(state, representative.state, extent: extent, sector: sector) { return false }
            }
        }
        for sector in representative.foreignSectors where !state.isEqual(to: representative.state, atSector: sector) {
            return false
        }
        guard !state.overlay.isEmpty else { return true }
        return state.overlay.places.keys.allSatisfy { sector in
            !representative.log.blocks.contains(sector: sector) || space.index.extent(holding: sector) != nil
                || state.isEqual(to: representative.state, atSector: sector)
        }
    }

    private func isSame(_ left: CrashState, _ right: CrashState, extent: Int, sector: Int) -> Bool {
        guard left.overlay.places[sector] == nil, right.overlay.places[sector] == nil else {
            return left.isEqual(to: right, atSector: sector)
        }
        return left.contentClass(ofSector: sector, extent: extent)
            == right.contentClass(ofSector: sector, extent: extent)
    }
}

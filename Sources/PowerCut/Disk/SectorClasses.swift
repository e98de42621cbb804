import Glibc

/// For every written sector, which of its versions hold the same bytes: equality of content as equality of numbers.
struct SectorClasses: Sendable {
    // A sector's classes lie together: the base image first, then its writes in order. Class 0 is the base's content.
    private let classes: [UInt32]
    private let firstClass: [Int]

    init(trace: Trace, base: BaseImage, index: SectorIndex) {
        var classes: [UInt32] = []
        var firstClass: [Int] = []
        firstClass.reserveCapacity(index.extents.count)
        var pointers: [UnsafeRawPointer] = []
        for extent in index.extents {
            firstClass.append(classes.count)
            let numbers = index.versions[extent.versions]
            for sector in extent.sectors {
                pointers.removeAll(keepingCapacity: true)
                pointers.append(base.pointer(toSector: sector))
                for number in numbers { pointers.append(trace.pointer(toSector: sector, ofWrite: Int(number))) }
                SectorClasses.classify(pointers, into: &classes)
            }
        }
        self.classes = classes
        self.firstClass = firstClass
    }

    /// The class of version `version` (0 is the base, then the extent's writes in order) of a sector of an extent.
    @inline(__always)
    func classOf(extent: Int, versions: Int, sector: Int, version: Int) -> UInt32 {
        classes[firstClass[extent] + sector * (versions + 1) + version]
    }

    private static func classify(_ pointers: [UnsafeRawPointer], into classes: inout [UInt32]) {
        let start = classes.count
        if pointers.count <= 12 {
            for (place, pointer) in pointers.enumerated() {
                let same = (0..<place).first { memcmp(pointers[$0], pointer, sectorSize) == 0 }
                classes.append(same.map { classes[start + $0] } ?? UInt32(place))
            }
            return
        }
        var known: [Int: [Int]] = [:]
        for (place, pointer) in pointers.enumerated() {
            var hasher = Hasher()
            hasher.combine(bytes: UnsafeRawBufferPointer(start: pointer, count: sectorSize))
            let hash = hasher.finalize()
            let same = known[hash]?.first { memcmp(pointers[$0], pointer, sectorSize) == 0 }
            if same == nil { known[hash, default: []].append(place) }
            classes.append(UInt32(same ?? place))
        }
    }
}

/// The sizes and places that the boot sector of FAT12, FAT16 or FAT32 tells (Microsoft, FAT specification 1.03).
struct FATGeometry: Sendable {
    var bytesPerSector: Int
    var clusterSize: Int
    var reservedSectors: Int
    var tableCount: Int
    var tableSectors: Int
    var rootEntries: Int
    /// FAT32: where the root directory begins.
    var rootCluster: Int
    /// FAT32: sectors of the count of free clusters and of the copy of the boot sector; 0 for none.
    var infoSector: Int
    var backupSector: Int
    var clusterCount: Int
    /// 12, 16 or 32.
    var bits: Int

    /// Bytes of the partition.
    var tables: Range<Int> {
        reservedSectors * bytesPerSector..<(reservedSectors + tableCount * tableSectors) * bytesPerSector
    }
    /// FAT12 and FAT16: the root directory; empty with FAT32.
    var root: Range<Int> {
        tables.upperBound..<tables.upperBound + (rootEntries * 32 + bytesPerSector - 1) / bytesPerSector
            * bytesPerSector
    }
    var data: Int { root.upperBound }

    init?(_ part: DiskPart) {
        guard let sector = part.fields(at: 0, count: sectorSize), [0xeb, 0xe9].contains(sector.u8(0)),
            sector.u16(510) == 0xaa55
        else { return nil }
        bytesPerSector = sector.u16(11)
        let perCluster = sector.u8(13)
        reservedSectors = sector.u16(14)
        tableCount = sector.u8(16)
        rootEntries = sector.u16(17)
        tableSectors = sector.u16(22) > 0 ? sector.u16(22) : sector.u32(36)
        let total = sector.u16(19) > 0 ? sector.u16(19) : sector.u32(32)
        guard [512, 1024, 2048, 4096].contains(bytesPerSector), perCluster > 0, perCluster & (perCluster - 1) == 0,
            reservedSectors > 0, (1...4).contains(tableCount), tableSectors > 0,
            total <= part.count / bytesPerSector
        else { return nil }
        clusterSize = perCluster * bytesPerSector
        let isWide = sector.u16(22) == 0
        rootCluster = isWide ? sector.u32(44) : 0
        infoSector = isWide ? sector.u16(48) : 0
        backupSector = isWide ? sector.u16(50) : 0
        let rootSectors = (rootEntries * 32 + bytesPerSector - 1) / bytesPerSector
        clusterCount = (total - reservedSectors - tableCount * tableSectors - rootSectors) / perCluster
        bits = isWide ? 32 : clusterCount < 4085 ? 12 : 16
        // What a table cannot number does not exist.
        clusterCount = min(clusterCount, tableSectors * bytesPerSector * 8 / bits - 2)
        guard clusterCount > 0, clusterCount < 1 << 24, tableSectors * bytesPerSector <= DiskPart.longestRead else {
            return nil
        }
    }

    func bytes(ofCluster cluster: Int) -> Range<Int> {
        data + (cluster - 2) * clusterSize..<data + (cluster - 1) * clusterSize
    }

    /// The cluster that holds byte `place`; nil outside of the clusters.
    func cluster(at place: Int) -> Int? {
        guard place >= data, case let cluster = (place - data) / clusterSize + 2, cluster < clusterCount + 2 else {
            return nil
        }
        return cluster
    }

    /// The entry of `cluster` in a copy of the table.
    func entry(_ cluster: Int, in table: Fields) -> Int {
        switch bits {
        case 32: return table.u32(cluster * 4) & 0xfff_ffff
        case 16: return table.u16(cluster * 2)
        default:
            let pair = table.u16(cluster * 3 / 2)
            return cluster & 1 == 1 ? pair >> 4 : pair & 0xfff
        }
    }

    /// The cluster after one with this entry; nil at the end of a chain, and for what is none.
    func next(_ entry: Int) -> Int? {
        entry >= 2 && entry < clusterCount + 2 ? entry : nil
    }

    /// `free`, `end of file`, `cluster 9`.
    func words(_ entry: Int) -> String {
        if entry == 0 { return "free" }
        if entry >= (1 << min(bits, 28)) - 8 { return "end of file" }
        return next(entry).map { "cluster \($0) follows" } ?? (entry == (1 << min(bits, 28)) - 9 ? "bad" : "invalid")
    }
}

/// Says what the bytes of a partition are, in one crash state.
protocol FileSystemReader: Sendable {
    /// `ext4`, `vfat`, …
    var kind: String { get }

    /// What lies in `bytes` of the partition, piece by piece, in order and without gaps; at most `limit` pieces.
    func structures(in bytes: Range<Int>, limit: Int) -> [FoundStructure]

    /// What `found` says differently in two states of the partition, most important first.
    func changes(of found: FoundStructure, from before: DiskPart, to after: DiskPart) -> [String]
}

extension Array {
    /// How many elements from the beginning are before the first for which `isBeyond` holds; all before it must not.
    func partitionPoint(_ isBeyond: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

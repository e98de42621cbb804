/// Cuts bytes into pieces, as a console's chunks come.
enum Pieces {
    /// - Parameter sizes: each piece is one longer than its entry; after the last the first is taken again.
    static func cut(_ bytes: [UInt8], sizes: some Collection<UInt8>) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        var turn = 0
        let sizes = Array(sizes)
        while !rest.isEmpty {
            let size = Int(sizes[turn % sizes.count]) + 1
            pieces.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
            turn += 1
        }
        return pieces
    }
}

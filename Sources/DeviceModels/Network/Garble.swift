/// What garbled answers look like. Each request gets another kind, so that a test meets all of them.
enum Garble {
    /// - Parameter count: the how manieth request it answers.
    static func bytes(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
        switch count % 4 {
        case 0: return Array(bytes.prefix(bytes.count / 2))
        case 1: return bytes.map { $0 ^ 0x80 }
        case 2: return Array(bytes.reversed())
        default: return Array(repeating: 0xFF, count: bytes.count)
        }
    }
}

/// Output without end, the same each time.
struct SimFlood: Hashable {
    enum Kind: Hashable {
        /// Random bytes without a line end.
        case noise
        /// Lines with this text.
        case lines(String)
    }

    /// Bytes handed out at once: enough that the line and not the handing out is what limits it.
    static let piece = 32 << 10

    private let kind: Kind
    private var count: UInt64 = 0
    /// Of an xorshift generator.
    private var state: UInt64 = 0x2545_F491_4F6C_DD1D

    init(_ kind: Kind) {
        self.kind = kind
    }

    mutating func next() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.piece + 256)
        while bytes.count < Self.piece {
            switch kind {
            case .noise:
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                withUnsafeBytes(of: state) { word in
                    for byte in word where byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\r") {
                        bytes.append(byte)
                    }
                }
            case .lines(let text):
                count += 1
                bytes += "[\(count)] \(text)\r\n".utf8
            }
        }
        return bytes
    }
}

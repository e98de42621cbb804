/// A piece of a console's raw output.
public struct ConsoleChunk: Hashable, Sendable {
    /// Where `bytes` begin.
    public var offset: ConsoleOffset
    public var bytes: [UInt8]
    /// Bytes missing just before this chunk.
    public var lost: UInt64

    public init(offset: ConsoleOffset, bytes: [UInt8], lost: UInt64 = 0) {
        self.offset = offset
        self.bytes = bytes
        self.lost = lost
    }
}

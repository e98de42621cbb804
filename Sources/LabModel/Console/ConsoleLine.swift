/// One line a console printed.
public struct ConsoleLine: Hashable, Sendable {
    /// Where the line begins.
    public var offset: ConsoleOffset
    /// Without its line end and escape bytes; bytes that are not UTF-8 are replaced.
    public var text: String
    /// When its first byte was read.
    public var at: MonotonicTime
    public var wall: WallTime

    public init(offset: ConsoleOffset, text: String, at: MonotonicTime, wall: WallTime) {
        self.offset = offset
        self.text = text
        self.at = at
        self.wall = wall
    }
}

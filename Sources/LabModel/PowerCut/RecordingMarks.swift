/// What the recording of an update notes by itself, besides the updater's phases.
public enum RecordingMarks {
    /// The board's firmware has greeted: the board starts.
    public static let start = "the board starts"

    /// The board told with its marker of life that it runs `version`.
    public static func runs(_ version: String) -> String { "\(version) runs" }

    /// Everything up to `number` was acknowledged to somebody outside of the board.
    public static func acknowledged(_ number: Int) -> String { acknowledgement + String(number) }

    /// The number in a mark that `acknowledged` made; nil for other marks.
    public static func acknowledgedNumber(in mark: String) -> Int? {
        mark.hasPrefix(acknowledgement) ? Int(mark.dropFirst(acknowledgement.count)) : nil
    }

    private static let acknowledgement = "acknowledged "
}

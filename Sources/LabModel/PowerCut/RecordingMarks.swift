/// What the recording of an update notes by itself, besides the updater's phases.
public enum RecordingMarks {
    /// The board's firmware has greeted: the board starts.
    public static let start = "the board starts"

    /// The board told with its marker of life that it runs `version`.
    public static func runs(_ version: String) -> String { "\(version) runs" }
}

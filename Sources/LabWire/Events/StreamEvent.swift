/// The names of server-sent events that are not kinds of lab events.
public enum StreamEvent {
    /// An entry of a log; `id` is the offset to resume from.
    public static let log = "log"
    /// Nothing follows. On a log its data is the job.
    public static let end = "end"
    /// Raw console output in base64; `id` is the offset to resume from.
    public static let bytes = "bytes"
    /// The number of console bytes that are missing before what follows.
    public static let lost = "lost"
    /// The daemon stops; connect again later with the last id.
    public static let bye = "bye"
    /// The stream broke for a reason told as an `ErrorBody`.
    public static let error = "error"
    /// A board that was started for whoever reads the stream, as a `TwinInfo`.
    public static let twin = "twin"
    /// How far something is.
    public static let progress = "progress"
    /// What came of what the stream was opened for; nothing follows.
    public static let verdict = "verdict"
    /// Why a board that is waited for is not to be had yet, as a `LeaseWaiting`.
    public static let waiting = "waiting"
    /// The lease that was waited for, as a `LeaseInfo`; nothing follows.
    public static let lease = "lease"
}

/// How a device on a network misbehaves.
public enum NetworkFault: Hashable, Sendable {
    /// Commands move nothing, and it says so.
    case stuck
    /// Commands move nothing, and it says that they did.
    case lies
    /// It takes requests and answers none.
    case silent
    /// It answers so much later.
    case slow(Duration)
    /// Connections end in the middle of an answer.
    case vanishes
    /// Answers come garbled.
    case corrupt
}

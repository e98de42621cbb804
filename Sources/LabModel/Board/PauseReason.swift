/// Why nobody new gets a board, although boards may be free.
public struct PauseReason: Hashable, Sendable, Codable {
    /// What names it, such as `drain` or `disk`: at most one reason of a name stands.
    public var name: String
    /// For people, as one sentence without a final stop, such as `the lab is being drained by ann: kernel update`.
    public var text: String

    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}

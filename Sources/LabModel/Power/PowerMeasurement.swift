/// A wish to have a board's power path measured: it is switched on and cut again and again.
public struct PowerMeasurement: Hashable, Sendable, Codable {
    /// Cuts, 2...200.
    public var times: Int
    /// A shell prompt, a regular expression, at which `run` is typed.
    public var prompt: String?
    /// A command that prints without end, so that the last byte tells the moment well; nil cuts while the board boots.
    public var run: String?

    public static let timesRange = 2...200

    public init(times: Int = 20, prompt: String? = nil, run: String? = nil) {
        self.times = times
        self.prompt = prompt
        self.run = run
    }
}

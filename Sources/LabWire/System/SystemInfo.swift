/// The daemon that answers.
public struct SystemInfo: Codable, Sendable, Equatable {
    /// `labd`.
    public var name: String
    public var version: String
    /// How often labd was started on its store.
    public var epoch: Int64
    /// Where it listens: `unix:/path` and `http://address:port`.
    public var api: [String]
    /// The state folder.
    public var state: String
    /// Nil when the log goes to the terminal.
    public var log: String?
    public var boards: Int
    /// Jobs that wait.
    public var queued: Int
    /// Jobs that hold a board.
    public var running: Int
    /// ISO 8601, UTC.
    public var started: String

    public init(
        name: String = "labd", version: String, epoch: Int64, api: [String], state: String, log: String? = nil,
        boards: Int, queued: Int, running: Int, started: String
    ) {
        self.name = name
        self.version = version
        self.epoch = epoch
        self.api = api
        self.state = state
        self.log = log
        self.boards = boards
        self.queued = queued
        self.running = running
        self.started = started
    }
}

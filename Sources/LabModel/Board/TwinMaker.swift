/// A disk that is served over the network block device protocol.
public struct NetworkDisk: Hashable, Sendable, Codable {
    /// The server's unix socket.
    public var socket: String
    /// Which of the server's disks.
    public var export: String

    public init(socket: String, export: String) {
        self.socket = socket
        self.export = export
    }
}

/// Makes machines like a given virtual board, for trials beside it.
public protocol TwinMaker: Sendable {
    /// The disk such a board has when it leaves the factory: a raw image that nobody writes to.
    ///
    /// - Throws: `configuration` when the type has no disk of its own.
    func factoryDisk(of definition: BoardDefinition, profile: DeviceProfile) async throws(Failure) -> String

    /// What decides how such a board behaves besides its disk: machine, processor, memory, programs, by name. Written
    /// into recordings, so that a replay can be held against it.
    func configuration(
        of definition: BoardDefinition, profile: DeviceProfile
    ) async throws(Failure) -> [String: String]

    /// A powered-off machine of the same make, with a console of its own and no disk yet.
    ///
    /// - Parameter number: tells the twins of one board apart, from 1.
    /// - Throws: `configuration` when the board cannot have twins, `infrastructure` when this one cannot be made.
    func makeTwin(
        of definition: BoardDefinition, profile: DeviceProfile, number: Int, workspace: String
    ) async throws(Failure) -> any TwinBoard
}

/// A virtual board whose disk can be exchanged while it is off.
public protocol TwinBoard: Board {
    /// Gives the board another disk from the next power-on.
    func insert(_ disk: NetworkDisk) async throws(Failure)
    /// How long the machine has been ready to run since its power came on, and the host ran something else. A twin is
    /// given this time again before it is called dead; zero where it is not known.
    func withheld() async -> Duration
    /// Powers off and gives everything back, the console too.
    func close() async
}

extension TwinBoard {
    public func withheld() async -> Duration { .zero }
}

public import LabModel
public import Logging

/// What virtual boards need from the daemon around them.
public struct VirtualBoardServices: Sendable {
    public var consoles: any ConsoleOpening
    /// A folder for sockets, short enough that a socket path below it stays under 104 bytes. It must exist.
    public var runtimeFolder: String
    /// Where `board-kit/build` puts its kits.
    public var kitFolder: String
    /// Marks every process that is started, so that the next labd finds what this one left.
    public var owner: OwnerTag
    public var clock: any LabClock
    public var logger: Logger
    /// Gives an idle board its type's facts when somebody switches it on by hand; without it that is refused.
    public var catalog: (any DeviceCatalog)?
    /// Called when a kit is missing; nil reports how to build it.
    public var buildKit: (@Sendable (_ kit: String, _ folder: String) async throws(Failure) -> Void)?

    public init(
        consoles: any ConsoleOpening, runtimeFolder: String, kitFolder: String, owner: OwnerTag, clock: any LabClock,
        logger: Logger, catalog: (any DeviceCatalog)? = nil,
        buildKit: (@Sendable (_ kit: String, _ folder: String) async throws(Failure) -> Void)? = nil
    ) {
        self.consoles = consoles
        self.runtimeFolder = runtimeFolder
        self.kitFolder = kitFolder
        self.owner = owner
        self.clock = clock
        self.logger = logger
        self.catalog = catalog
        self.buildKit = buildKit
    }

    /// The kit of this name, built first when it is missing and can be built.
    func kit(named name: String) async throws(Failure) -> BoardKit {
        do throws(Failure) {
            return try BoardKit(named: name, in: kitFolder)
        } catch {
            guard let buildKit else { throw error }
            try await buildKit(name, kitFolder)
            return try BoardKit(named: name, in: kitFolder)
        }
    }
}

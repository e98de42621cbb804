/// How a board stands to its description: where that is, what is wrong with it, and what waits to be taken in.
public struct BoardStanding: Hashable, Sendable {
    /// What waits until nobody holds the board.
    public enum Pending: String, Hashable, Sendable, Codable, CaseIterable {
        /// Its description changed.
        case change
        /// Its description is gone.
        case removal
    }

    /// The board file; nil for boards of the configuration and built-in ones.
    public var file: String?
    /// What the lab has or wants; nil for a board whose file does not say that much.
    public var definition: BoardDefinition?
    /// What is wrong with the description. With an error among them the board takes no jobs.
    public var diagnostics: [Diagnostic]
    public var pending: Pending?
    /// Whether the board is there: its console open, its power in reach.
    public var isOpen: Bool

    public init(
        file: String? = nil, definition: BoardDefinition? = nil, diagnostics: [Diagnostic] = [],
        pending: Pending? = nil, isOpen: Bool = true
    ) {
        self.file = file
        self.definition = definition
        self.diagnostics = diagnostics
        self.pending = pending
        self.isOpen = isOpen
    }

    /// The first thing that keeps the board from its jobs.
    public var fault: Diagnostic? { diagnostics.first { $0.severity == .error } }

    /// Whether the queue may give the board to a job.
    public var isReady: Bool { isOpen && pending == nil && fault == nil }

    /// Whether nobody can have the board before somebody mends it: its description is broken, or it is not there. What
    /// only waits until nobody holds the board needs nobody.
    public var needsMending: Bool { fault != nil || pending == .removal || (!isOpen && pending == nil) }

    /// A board that left the lab while labd ran.
    public struct Departure: Hashable, Sendable {
        public var name: BoardName
        public var type: DeviceTypeName
        /// The file that was removed.
        public var file: String

        public init(name: BoardName, type: DeviceTypeName, file: String) {
            self.name = name
            self.type = type
            self.file = file
        }
    }
}

extension BoardRecord {
    /// The board as people and the queue see it: a broken description sets it aside, whatever is stored of its health,
    /// and gives the health back when it is mended.
    public func regarding(_ standing: BoardStanding) -> BoardRecord {
        var record = self
        if standing.pending == .removal {
            record.health = .retired
            record.healthReason = "its file \(standing.file ?? "") was removed"
        } else if let fault = standing.fault, health.acceptsJobs {
            record.health = .maintenance
            record.healthReason = fault.description
        }
        return record
    }
}

/// A change of the lab's boards that came from their descriptions.
public struct BoardChange: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case added, changed, removed, broken, repaired
    }

    public var board: BoardName
    public var kind: Kind
    /// Nil for boards of the configuration.
    public var file: String?
    /// Of a broken one.
    public var diagnostics: [Diagnostic]

    public init(board: BoardName, kind: Kind, file: String? = nil, diagnostics: [Diagnostic] = []) {
        self.board = board
        self.kind = kind
        self.file = file
        self.diagnostics = diagnostics
    }
}

/// Takes in what the files of boards and device types say now. The composition root gives it to the API.
public protocol BoardReloading: Sendable {
    /// Reads every file at once instead of waiting until a change is noticed.
    ///
    /// - Returns: what was taken in; what still waits stands with its board.
    /// - Throws: `canceled` when labd stops meanwhile.
    func reload() async throws(Failure) -> [BoardChange]
    /// What is wrong with the folder itself, or with files that belong to no board.
    var problems: [Diagnostic] { get }
    /// Where board files are; nil for a lab without such a folder.
    var folder: String? { get }
}

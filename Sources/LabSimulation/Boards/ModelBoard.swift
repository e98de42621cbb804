public import LabModel
import Synchronization

/// A board that exists only in memory.
public final class ModelBoard: Board {
    private struct State {
        var preparations: [JobID] = []
        var rests = 0
        var restFailure: Failure?
        var onPrepare: (@Sendable () -> Void)?
    }

    public let definition: BoardDefinition
    public let model: ModelPower
    public let console: any Console
    public let bootMedium: (any BootMedium)?
    private let state = Mutex(State())

    public var name: BoardName { definition.name }
    public var power: any PowerControl { model }

    public init(
        _ name: String, type: String = "model", tags: [String] = [], clock: any LabClock, power: ModelPower? = nil,
        console: (any Console)? = nil, bootMedium: (any BootMedium)? = nil
    ) {
        definition = BoardDefinition(
            name: BoardName(rawValue: name), type: DeviceTypeName(rawValue: type), tags: tags, driver: "model")
        model = power ?? ModelPower(clock: clock)
        self.console = console ?? SilentConsole(clock: clock)
        self.bootMedium = bootMedium
    }

    /// Jobs the board was prepared for, in order.
    public var preparations: [JobID] { state.withLock { $0.preparations } }

    /// How often it was put to rest.
    public var rests: Int { state.withLock { $0.rests } }

    /// Called when a job, or a round of one, takes the board: its media are fresh again.
    public var onPrepare: (@Sendable () -> Void)? {
        get { state.withLock { $0.onPrepare } }
        set { state.withLock { $0.onPrepare = newValue } }
    }

    /// From now on the board cannot be put to rest; nil mends it.
    public func failRest(with failure: Failure?) {
        state.withLock { $0.restFailure = failure }
    }

    public func prepare(_ preparation: BoardPreparation) async throws(Failure) {
        state.withLock { $0.preparations.append(preparation.job) }
        if model.truth != .off { try await model.set(.off) }
        onPrepare?()
    }

    public func rest() async throws(Failure) {
        let failure = state.withLock { state in
            state.rests += 1
            return state.restFailure
        }
        if let failure { throw failure }
        if model.truth != .off { try await model.set(.off) }
    }
}

/// Boards by name.
public struct ModelBoardRegistry: BoardRegistry {
    public let boards: [ModelBoard]

    public init(_ boards: [ModelBoard]) {
        self.boards = boards
    }

    public var names: [BoardName] { boards.map(\.name) }

    public func board(_ name: BoardName) -> (any Board)? {
        boards.first { $0.name == name }
    }
}

/// Knows one profile for every type.
public struct ModelCatalog: DeviceCatalog {
    public var power: PowerFacts

    public init(power: PowerFacts = PowerFacts()) {
        self.power = power
    }

    public func profile(
        of type: DeviceTypeName, variables: [String: DataValue], context: [String: DataValue]
    ) throws(Failure) -> DeviceProfile {
        DeviceProfile(type: type, power: power)
    }
}

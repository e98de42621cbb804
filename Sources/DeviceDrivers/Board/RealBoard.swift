public import LabModel

/// A board that somebody plugged in: its power behind switches, its console where it is wired to.
public final class RealBoard: ClosableBoard {
    public let name: BoardName
    public let definition: BoardDefinition
    public let console: any Console
    public var power: any PowerControl { switched }
    public let bootMedium: (any BootMedium)? = nil
    public let lines: [String: any DigitalLine]

    private let switched: SwitchedPower
    private let closeConsole: @Sendable () async -> Void

    init(
        definition: BoardDefinition, power: SwitchedPower, lines: [String: any DigitalLine], console: OpenedConsole
    ) {
        name = definition.name
        self.definition = definition
        switched = power
        self.lines = lines
        self.console = console.console
        closeConsole = console.close
    }

    public func prepare(_ preparation: BoardPreparation) async throws(Failure) { try await power.set(.off) }

    public func rest() async throws(Failure) { try await power.set(.off) }

    public func close() async { await closeConsole() }
}

public import LabModel

/// A scripted board on a pseudo-terminal: boots, prompts, answers, fails as its options say (`docs/simboard.md`).
public final class SimBoard: Board {
    public let name: BoardName
    public let definition: BoardDefinition
    public let console: any Console
    public var power: any PowerControl { SimPower(driver: driver, board: name, clock: clock, relay: relay) }
    /// A SimBoard boots what its script says and takes images without looking at them.
    public var bootMedium: (any BootMedium)? { SimMedium() }

    private let driver: SimDriver
    private let relay: ModelledRelay?
    private let clock: any LabClock
    private let closeConsole: @Sendable () async -> Void

    /// Opens the board's line and its console.
    ///
    /// - Throws: `configuration` when an option is wrong, `infrastructure` when there is no pseudo-terminal.
    public init(definition: BoardDefinition, services: VirtualBoardServices) async throws(Failure) {
        let script = try SimScript(definition)
        let driver = SimDriver(script: script, board: definition.name, services: services)
        let wire = try await SimWire.open { [weak driver] bytes in driver?.apply(.received(bytes)) }
        driver.attach(wire)
        let opened = try await services.consoles.openTerminal(board: definition.name, name: "uart0", path: wire.path)
        name = definition.name
        self.definition = definition
        self.driver = driver
        relay = script.relay.map { ModelledRelay($0) }
        clock = services.clock
        console = opened.console
        closeConsole = opened.close
    }

    /// Ends the board and gives its console back.
    public func close() async {
        try? await rest()
        await closeConsole()
        await driver.detach()?.close()
    }

    public func prepare(_ preparation: BoardPreparation) async throws(Failure) {
        try await rest()
        driver.use(workspace: preparation.workspace)
    }

    public func rest() async throws(Failure) {
        driver.apply(.powerOff)
        try await driver.sweep()
        driver.use(workspace: nil)
    }
}

/// The power of a SimBoard.
private struct SimPower: PowerControl {
    let driver: SimDriver
    let board: BoardName
    let clock: any LabClock
    let relay: ModelledRelay?

    var ownerDeath: OwnerDeath { .drops }

    func set(_ target: PowerTarget) async throws(Failure) {
        switch target {
        case .on: driver.apply(.powerOn)
        case .off:
            try await holdUp()
            driver.apply(.powerOff)
            try await driver.sweep()
        }
    }

    func observed() async -> PowerState {
        let truth: PowerState = driver.isOn ? .on : .off
        return relay?.readBack(truth) ?? truth
    }

    /// A relay takes its time for an ordinary switch-off too.
    private func holdUp() async throws(Failure) {
        guard let relay, driver.isOn else { return }
        do {
            try await clock.sleep(for: relay.nextSwitchOff())
        } catch {
            // Whoever waits for this was cancelled; the board goes off all the same, at once.
        }
    }

    func powerLoss() async throws -> String { try await driver.powerLoss() }

    func prepareCut() async throws(Failure) -> any PreparedCut {
        guard driver.isOn else {
            throw Failure(.infrastructure, "the board has no power that could be cut", at: board.rawValue)
        }
        guard let relay else { return SimCut(driver: driver, clock: clock) }
        return RelayCut(
            relay: relay, board: board, clock: clock, act: { [driver] in driver.apply(.powerOff) },
            gone: { [driver] () async throws(Failure) in try await driver.sweep() })
    }
}

/// Takes images and boots its script all the same.
private struct SimMedium: BootMedium {
    func stage(_ images: [StagedImage]) async throws(Failure) {}
}

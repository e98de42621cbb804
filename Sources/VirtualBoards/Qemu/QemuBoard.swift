import Glibc
public import LabModel
import Logging
import SystemPackage

/// A board that is a QEMU process: power on starts it, power off kills it at once, on the same disk.
public actor QemuBoard: Board {
    public nonisolated let name: BoardName
    public nonisolated let definition: BoardDefinition
    public nonisolated let console: any Console
    public nonisolated var power: any PowerControl { QemuPower(board: self) }
    public nonisolated var bootMedium: (any BootMedium)? { QemuMedium(board: self) }
    public nonisolated var disk: (any BoardDisk)? { QemuDisk(board: self) }

    private let services: VirtualBoardServices
    private let logger: Logger
    /// Sockets and log of this board.
    private let folder: String
    private let closeConsole: @Sendable () async -> Void
    private let isTwin: Bool
    /// Nil: power goes at once.
    private let relay: ModelledRelay?

    /// What the present job, or an idle power-on, set up.
    private struct Setup {
        var settings: QemuSettings
        var program: EmulatorProgram
        var workspace: String
        var media: QemuCommandLine.Media?
        var arguments: QemuArguments
        /// Files of ours, deleted at rest.
        var files: [String] = []
    }

    private var setup: Setup?
    private var machine: QemuMachine?
    /// What was asked for last; a start that finishes after a switch-off must not leave a machine running.
    private var wanted = PowerTarget.off

    /// Opens the board's console.
    ///
    /// - Throws: `configuration` when a socket path would be too long, `infrastructure` when the console cannot be made.
    public init(definition: BoardDefinition, services: VirtualBoardServices) async throws(Failure) {
        try await self.init(definition: definition, services: services, isTwin: false)
    }

    /// - Parameter isTwin: gets its disk from outside, with `insert`, instead of a copy of its kit's.
    init(definition: BoardDefinition, services: VirtualBoardServices, isTwin: Bool) async throws(Failure) {
        name = definition.name
        self.isTwin = isTwin
        self.definition = definition
        relay = isTwin ? nil : try QemuSettings.relay(definition).map { ModelledRelay($0) }
        self.services = services
        var logger = services.logger
        logger[metadataKey: "board"] = "\(definition.name)"
        self.logger = logger
        folder = try RuntimeFolder.make(for: definition.name, in: services.runtimeFolder)
        let opened = try await services.consoles.openListening(
            board: definition.name, name: "uart0", path: folder + "/console")
        console = opened.console
        closeConsole = opened.close
    }

    /// Ends the machine and gives the console back.
    public func close() async {
        try? await rest()
        await closeConsole()
    }

    public func prepare(_ preparation: BoardPreparation) async throws(Failure) {
        try await rest()
        setup = try await makeSetup(profile: preparation.profile, workspace: preparation.workspace)
    }

    public func rest() async throws(Failure) {
        try await switchOff()
        for file in setup?.files ?? [] { unlink(file) }
        setup = nil
    }

    // MARK: - Power

    func switchOn() async throws(Failure) {
        if let machine, machine.process.isRunning { return }
        machine = nil
        wanted = .on
        if setup == nil { setup = try await makeIdleSetup() }
        guard var setup else { return }
        if setup.media == nil {
            guard !isTwin else {
                throw Failure(.bug, "a twin was switched on without a disk", at: name.rawValue)
            }
            guard let kit = setup.settings.kit else {
                throw Failure(
                    .job, "board \(name) has no media of its own and was given no images",
                    advice: "deploy images to it, or name a kit in its options")
            }
            setup.media = try await makeDisk(of: kit, in: &setup)
            self.setup = setup
        }
        guard let media = setup.media else { return }
        let command = QemuCommandLine(
            board: name, network: setup.settings.network, arguments: setup.arguments, media: media,
            consoleSocket: folder + "/console", controlSocket: folder + "/control")
        logger.debug("starting", metadata: ["command": "\(setup.program.name) \(command.words.joined(separator: " "))"])
        let started = try await QemuMachine.start(
            setup.program, command, owner: services.owner, log: folder + "/qemu.log", clock: services.clock,
            logger: logger)
        guard wanted == .on else {
            try await started.end(clock: services.clock)
            throw Failure(.infrastructure, "the board was switched off while it started", at: name.rawValue)
        }
        machine = started
    }

    func switchOff() async throws(Failure) {
        wanted = .off
        guard let machine else { return }
        if let relay, machine.process.isRunning {
            // Whoever waits for this may be cancelled; the board goes off all the same, at once.
            try? await services.clock.sleep(for: relay.nextSwitchOff())
        }
        try await machine.end(clock: services.clock)
        self.machine = nil
    }

    func observedPower() -> PowerState {
        let truth: PowerState = machine.map { $0.process.isRunning ? .on : .off } ?? .off
        return relay?.readBack(truth) ?? truth
    }

    /// How long the host kept the present machine from running.
    func runDelay() -> Duration {
        machine.map { RunDelay.longest(of: $0.process.handle.identifier) } ?? .zero
    }

    /// Returns when the present machine has ended.
    func powerLoss() async throws -> String {
        try await machine?.process.waitUntilReaped()
        return "its emulator has ended"
    }

    func prepareCut() throws(Failure) -> any PreparedCut {
        guard let machine, machine.process.isRunning else {
            throw Failure(.infrastructure, "the board has no power that could be cut", at: name.rawValue)
        }
        guard let relay else { return ProcessCut(process: machine.process, clock: services.clock) }
        let (process, clock) = (machine.process, services.clock)
        return RelayCut(
            relay: relay, board: name, clock: clock, act: { process.handle.kill() },
            gone: { () async throws(Failure) in try await process.end(clock: clock) })
    }

    /// Copies the disk of a board that is off.
    func saveDisk(to path: String) async throws(Failure) -> Bool {
        guard machine?.process.isRunning != true else {
            throw Failure(.bug, "the disk of a board that is on was to be copied", at: name.rawValue)
        }
        guard case .kit(_, disk: .file(let disk))? = setup?.media else { return false }
        try await SparseCopy.copy(disk, to: path)
        return true
    }

    // MARK: - Media

    func stage(_ images: [StagedImage]) async throws(Failure) {
        guard var setup else {
            throw Failure(.bug, "images were given to a board that no job holds", at: name.rawValue)
        }
        var arguments = setup.settings.arguments
        for image in images {
            if let argument = image.argument { try arguments.add(argument, images: ["{\(image.name)}": image.path]) }
        }
        var formats: [String: ImageFormat] = [:]
        for (index, drive) in arguments.drives.enumerated() {
            let format = try ImageFormat.detect(drive.path)
            if !drive.isReadOnly {
                // The board writes to its own copy: the job's file may be shared with the cache.
                let copy = setup.workspace + "/\(name)-drive\(index).img"
                try await SparseCopy.copy(drive.path, to: copy)
                setup.files.append(copy)
                arguments.drives[index].path = copy
            }
            formats[arguments.drives[index].path] = format
        }
        setup.arguments = arguments
        setup.media = .images(formats: formats)
        self.setup = setup
    }

    private func makeSetup(profile: DeviceProfile, workspace: String) async throws(Failure) -> Setup {
        let settings = try QemuSettings(profile: profile, definition: definition)
        let program = try EmulatorProgram(architecture: settings.architecture)
        try program.requireInstalled(in: getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin")
        var setup = Setup(settings: settings, program: program, workspace: workspace, arguments: settings.arguments)
        if isTwin {
            // The same time of day at every start, so that equal disks behave equally.
            setup.arguments.others.append(["-rtc", "base=2026-01-01T00:00:00,clock=vm"])
        } else if let kit = settings.kit {
            setup.media = try await makeDisk(of: kit, in: &setup)
        }
        return setup
    }

    private func makeIdleSetup() async throws(Failure) -> Setup {
        guard let catalog = services.catalog else {
            throw Failure(.infrastructure, "the board was not prepared for a job", at: name.rawValue)
        }
        let profile = try catalog.profile(of: definition.type, variables: definition.variables, context: [:])
        return try await makeSetup(profile: profile, workspace: folder)
    }

    /// Uses `disk` instead of a copy of the kit's own from the next power-on.
    public func insert(_ disk: NetworkDisk) async throws(Failure) {
        guard let settings = setup?.settings, let name = settings.kit else {
            throw Failure(.bug, "a disk was given to a board without a kit", at: name.rawValue)
        }
        setup?.media = .kit(try await services.kit(named: name), disk: .network(disk))
    }

    private func makeDisk(of kitName: String, in setup: inout Setup) async throws(Failure) -> QemuCommandLine.Media {
        let kit = try await services.kit(named: kitName)
        let disk = setup.workspace + "/\(name)-disk.img"
        try await SparseCopy.copy(kit.disk, to: disk)
        setup.files.append(disk)
        return .kit(kit, disk: .file(disk))
    }
}

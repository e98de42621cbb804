import BoardServices
import Foundation
import JobDSL
import JobEngine
import LabAPI
import LabArtifacts
import LabModel
import LabScheduler
import LabStore
import Logging
import NIOPosix
import ServiceLifecycle
import UnixSignals
import VirtualBoards

/// The composition root: makes every part once, hands each what it needs, and runs them until told to stop.
struct Daemon {
    let configuration: LabdConfiguration
    let shared: SharedFiles?
    let logLevel: Logger.Level
    let logsToTerminal: Bool

    private let clock = SystemLabClock()

    init(configuration: LabdConfiguration, shared: SharedFiles?, logLevel: Logger.Level, logsToTerminal: Bool) {
        self.configuration = configuration
        self.shared = shared
        self.logLevel = logLevel
        self.logsToTerminal = logsToTerminal
    }

    /// Serves until told to stop. Whatever was opened is closed on every way out.
    func run() async throws {
        try BoardCheck(configuration: configuration, shared: shared).run()
        let places = StatePlaces(root: configuration.state)
        let isNew = try places.make(mustBeNew: configuration.isEphemeral && !configuration.isStateChosen)
        let sinks = [try LogSink(file: places.log)] + (logsToTerminal ? [LogSink.terminal] : [])
        let logger = makeLogger(sinks)
        let fileLog = makeLogger([sinks[0]])
        // From here on the state folder is locked for us.
        let store = try SQLiteStore(path: places.database, clock: clock)
        let outcome = await result { try await serve(store, places: places, logger: logger, fileLog: fileLog) }
        let closing = await result { try await store.close() }
        if configuration.isEphemeral, isNew { places.remove() }
        try outcome.get()
        try closing.get()
        logger.info("labd has ended")
    }

    private func serve(
        _ store: SQLiteStore, places: StatePlaces, logger: Logger, fileLog: Logger
    ) async throws {
        let epoch = try await store.beginEpoch()
        let parts = try await Parts(
            configuration: configuration, shared: shared, places: places, store: store, epoch: epoch, clock: clock,
            logger: logger)
        let outcome = await result {
            try await parts.recover()
            try await serve(parts, places: places, epoch: epoch, logger: logger, fileLog: fileLog)
        }
        await parts.shutdown()
        try outcome.get()
    }

    private func serve(
        _ parts: Parts, places: StatePlaces, epoch: Epoch, logger: Logger, fileLog: Logger
    ) async throws {
        let facts = DaemonFacts(
            version: labdVersion, epoch: epoch, state: places.root, log: places.log, started: clock.wall())
        let api = LabAPIConfiguration(unixSocket: configuration.socket, tcp: try tcp(places), facts: facts)
        let opening = Opening(wanted: (api.unixSocket == nil ? 0 : 1) + (api.tcp == nil ? 0 : 1))
        let server = LabAPIServer(configuration: api, dependencies: parts.apiDependencies) { address in
            guard let addresses = opening.add(address) else { return }
            let notice = StartupNotice(
                addresses: addresses, places: places, hasToken: api.tcp != nil, boards: parts.boards.names,
                faults: parts.boards.faults, tftp: parts.tftp)
            if logsToTerminal { LogSink.terminal.write(notice.block) }
            fileLog.info("\(notice.line)")
            if let host = api.tcp?.host, !LabdConfiguration.TCP.isLoopback(host) {
                logger.warning(
                    """
                    the API listens at \(host), beyond this machine, over plain HTTP: whoever reads along has the token; \
                    better keep to loopback and put a reverse proxy with TLS before it
                    """)
            }
        }
        var group = ServiceGroupConfiguration(
            services: [
                .init(service: server, failureTerminationBehavior: .gracefullyShutdownGroup),
                .init(
                    service: SchedulerService(scheduler: parts.scheduler, opening: opening),
                    // Told to stop before it began, it has nothing to do; the server's end is what counts.
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup),
                .init(
                    service: parts.upkeepService(opening), successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup),
                // The last one ends first: no board is exchanged while the scheduler puts all of them to rest.
                .init(
                    service: parts.keeperService, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup),
            ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(90)
        try await ServiceGroup(configuration: group).run()
    }

    private func tcp(_ places: StatePlaces) throws -> LabAPIConfiguration.TCP? {
        guard let address = configuration.tcp else { return nil }
        var generator = SystemRandomNumberGenerator()
        let token = try TokenFile(path: places.token).loadOrCreate(using: &generator)
        return LabAPIConfiguration.TCP(host: address.host, port: address.port, token: APIToken(secret: token))
    }

    /// What `body` gave or threw, so that something can be closed before it is passed on.
    private func result<Value>(_ body: () async throws -> Value) async -> Result<Value, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    private func makeLogger(_ sinks: [LogSink]) -> Logger {
        let (level, clock) = (logLevel, clock)
        return Logger(label: "labd") { label in
            LabLogHandler(label: label, level: level, sinks: sinks, clock: clock)
        }
    }
}

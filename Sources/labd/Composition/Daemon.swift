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

    func run() async throws {
        let places = StatePlaces(root: configuration.state)
        try places.make()
        defer { if configuration.isEphemeral { places.remove() } }
        let logger = try makeLogger(places)
        let store = try SQLiteStore(path: places.database, clock: clock)
        let epoch = try await store.beginEpoch()
        let parts = try await Parts(
            configuration: configuration, shared: shared, places: places, store: store, epoch: epoch, clock: clock,
            logger: logger)
        try await parts.recover()
        try await serve(parts, places: places, epoch: epoch, logger: logger)
        await parts.shutdown()
        try await store.close()
        logger.info("labd has ended")
    }

    private func serve(_ parts: Parts, places: StatePlaces, epoch: Epoch, logger: Logger) async throws {
        let facts = DaemonFacts(
            version: labdVersion, epoch: epoch, state: places.root, log: places.log, started: clock.wall())
        var tcp: LabAPIConfiguration.TCP?
        if let address = configuration.tcp {
            var generator = SystemRandomNumberGenerator()
            let token = try TokenFile(path: places.token).loadOrCreate(using: &generator)
            tcp = LabAPIConfiguration.TCP(host: address.host, port: address.port, token: APIToken(secret: token))
        }
        let api = LabAPIServer(
            configuration: LabAPIConfiguration(unixSocket: configuration.socket, tcp: tcp, facts: facts),
            dependencies: parts.apiDependencies
        ) { address in
            logger.info("API at \(address)")
        }
        logger.info(
            "labd \(labdVersion) with \(parts.boards.names.count) boards, state in \(places.root), log in \(places.log)"
        )
        if tcp != nil { logger.info("token for TCP clients in \(places.token)") }
        var group = ServiceGroupConfiguration(
            services: [
                .init(service: api), .init(service: SchedulerService(scheduler: parts.scheduler)),
            ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(90)
        try await ServiceGroup(configuration: group).run()
    }

    private func makeLogger(_ places: StatePlaces) throws -> Logger {
        let file = try LogSink(file: places.log)
        let sinks = logsToTerminal ? [LogSink.terminal, file] : [file]
        let (level, clock) = (logLevel, clock)
        return Logger(label: "labd") { label in
            LabLogHandler(label: label, level: level, sinks: sinks, clock: clock)
        }
    }
}

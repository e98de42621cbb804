import BoardServices
import DeviceDrivers
import JobDSL
import JobEngine
import LabAPI
import LabArtifacts
import LabModel
import LabScheduler
import LabStore
import Logging
import PowerCut
import VirtualBoards

#if canImport(Glibc)
    import Glibc
#endif

/// Every part of a running daemon.
struct Parts {
    let boards: Boards
    let scheduler: Scheduler
    let apiDependencies: LabAPIDependencies

    private let upkeep: Upkeep
    private let schedules: ScheduleKeeper
    private let keeper: BoardKeeper
    private let devices: LabDevices
    private let store: SQLiteStore
    private let epoch: Epoch
    private let recovery: Recovery
    private let boardsFolder: BoardFolder?
    private let sweep: LeftoverSweep
    private let images: ImageStore
    private let files: BoardFileServer
    private let laboratory: Laboratory
    private let workbench: TwinWorkbench
    private let workspaces: WorkspaceFolders
    private let logger: Logger

    init(
        configuration: LabdConfiguration, shared: SharedFiles?, places: StatePlaces, store: SQLiteStore, epoch: Epoch,
        clock: any LabClock, logger: Logger
    ) async throws {
        self.store = store
        self.epoch = epoch
        self.logger = logger
        boardsFolder = configuration.boardsFolder
        // Whatever throws comes before what must be shut down, or shuts it down.
        let logs = try JobLogFiles(
            folder: places.jobLogs, limits: JobLogLimits(jobBytes: configuration.jobLogBytes))
        let allowed = configuration.fileFolders + [configuration.kits]
        images = try ImageStore(
            ImageStoreSettings(
                cacheFolder: places.images, maximumCacheBytes: configuration.cacheBytes, allowedFolders: allowed),
            clock: clock, logger: logger)
        files = BoardFileServer(
            BoardFileServerSettings(
                httpHost: configuration.boardHTTPHost, tftpHost: configuration.tftpHost,
                tftpPort: configuration.tftpPort), logger: logger)
        await files.start()
        let catalog = LabCatalog(folders: configuration.deviceTypes, lab: Self.variables(files))
        let owner = OwnerTag(lab: places.root, epoch: epoch)
        sweep = LeftoverSweep(owner: owner, clock: clock)
        let consoles = LabConsoles(
            folder: places.consoles, limit: configuration.transcriptBytes, clock: clock)
        var services = VirtualBoardServices(
            consoles: consoles, runtimeFolder: places.sockets, kitFolder: configuration.kits, owner: owner,
            clock: clock, logger: logger, catalog: catalog)
        if let shared {
            services.buildKit = KitBuilder(script: shared.kitBuilder, logger: logger).build
        }
        boards = Boards()
        do {
            devices = try LabDevices(configuration, places: places, clock: clock, logger: logger)
            let real = devices.boardFactory(
                consoles: consoles, sockets: places.sockets, stagger: configuration.powerStagger)
            let virtual = BoardFactory(services: services)
            keeper = BoardKeeper(
                scanner: BoardScanner(configuration: configuration, shared: shared, types: catalog), boards: boards,
                store: store, clock: clock, logger: logger
            ) { definition throws(Failure) in
                let isReal = definition.driver == RealBoardFactory.driver
                return try await isReal ? real.make(definition) : virtual.make(definition)
            }
            try await keeper.openAll()
        } catch {
            await files.shutdown()
            await images.shutdown()
            throw error
        }
        workspaces = WorkspaceFolders(root: places.work)
        laboratory = Laboratory(
            folder: places.powerCuts, socket: places.sockets + "/powercut", clock: clock, logger: logger)
        let exploration = ExplorationServices(
            laboratory: laboratory, states: laboratory, twins: QemuTwins(services: services),
            processors: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let artifacts = KitSource(kits: configuration.kits, wrapped: images)
        let engineServices = EngineServices(
            store: store, logs: logs, catalog: catalog, artifacts: artifacts,
            testDefinitions: TestDefinitions(
                images: artifacts, reader: TestDefinitionFileReader(), allowedFolders: configuration.fileFolders),
            packer: ArchivePacker(), files: files, workspaces: workspaces, clock: clock,
            exploration: exploration,
            sampling: SamplingServices(notebook: laboratory, paths: store, reports: laboratory), groups: store)
        let engine = JobEngine(services: engineServices)
        workbench = TwinWorkbench(
            services: engineServices, exploration: exploration, store: store, boards: boards, folder: places.work
        ) {
            var chance = SystemRandomNumberGenerator()
            return chance.next()
        }
        let compiler = CompilerBridge(compiler: JobCompiler(), types: catalog, boards: boards)
        scheduler = Scheduler(
            store: store, boards: boards, runner: engine, catalog: catalog, clock: clock, epoch: epoch, logger: logger,
            retries: configuration.retries,
            checks: configuration.healthChecks.map {
                HealthCheckFolder(path: $0, every: configuration.healthRule, compiler: compiler, clock: clock)
            }, leases: store)
        recovery = Recovery(store: store, boards: boards, clock: clock, log: logger, jobLogs: logs)
        upkeep = Self.upkeep(
            configuration, places, queue: scheduler, store: store, images: images, consoles: consoles, clock: clock,
            logger: logger)
        schedules = ScheduleKeeper(
            book: store, jobs: store, clock: clock, logger: logger, zones: { HostZone($0) },
            admit: ScheduledAdmission(compiler: compiler, boards: boards, store: store).admit,
            submitted: { [scheduler] in await scheduler.jobWasSubmitted() })
        apiDependencies = LabAPIDependencies(
            store: store, control: scheduler, leases: scheduler, logs: logs, boards: boards, compiler: compiler,
            deviceTypes: DeviceTypeBridge(types: catalog), powerCutReports: laboratory, workbench: workbench,
            discovery: HostDiscovery(configured: configuration.devices), boardFiles: keeper, history: store,
            upkeep: upkeep, retention: store, schedules: schedules, clock: clock, logger: logger)
    }

    private static func upkeep(
        _ configuration: LabdConfiguration, _ places: StatePlaces, queue: Scheduler, store: SQLiteStore,
        images: ImageStore, consoles: LabConsoles, clock: any LabClock, logger: Logger
    ) -> Upkeep {
        let cache = RetentionRun.Images(
            idle: { await images.idleImages(unusedSince: $0) }, cached: { images.cached($0) },
            evict: { await images.evict($0) })
        let retention = RetentionRun(
            places: places, book: store, images: cache, openTranscripts: { consoles.openTranscripts }, clock: clock,
            logger: logger)
        // One that keeps nothing runs its one job where there is space or fails it; it waits for nobody.
        let isWatched = !configuration.isEphemeral
        return Upkeep(
            queue: queue, memory: store, retention: retention, policy: configuration.retention,
            marks: configuration.diskMarks, place: places.root, clock: clock, logger: logger
        ) {
            guard isWatched else { return nil }
            return await HostWork.run { HostEntry.space(around: places.root) } ?? nil
        }
    }

    /// What looks after the lab while it serves.
    func upkeepService(_ opening: Opening) -> UpkeepService {
        UpkeepService(upkeep: upkeep, schedules: schedules, opening: opening)
    }

    /// What follows the board files while labd serves.
    var keeperService: BoardKeeperService {
        BoardKeeperService(
            keeper: keeper, scheduler: scheduler, recovery: recovery, folder: boardsFolder, logger: logger)
    }

    /// Whether boards can boot over the network.
    var tftp: ServiceAvailability { files.tftp }

    /// What every device type may want to know of this lab.
    private static func variables(_ files: BoardFileServer) -> [String: DataValue] {
        guard case .listening(let address, _) = files.tftp else { return [:] }
        return ["lab_tftp_address": .string(address)]
    }

    /// Brings the lab to rest after whatever happened before: leftovers end, boards are put to rest, interrupted jobs
    /// are queued again. Before the API opens.
    func recover() async throws {
        for leftover in try await sweep.end() {
            logger.notice("ended what an earlier labd left: \(leftover.program), process \(leftover.process)")
        }
        workspaces.removeAll()
        try await keeper.storeAll()
        try await recovery.run(epoch: epoch)
        try await upkeep.begin()
        // Leases that ended while labd was away.
        await scheduler.settleLeases()
    }

    /// Ends what serves boards, after the scheduler has put them to rest.
    func shutdown() async {
        await workbench.shutdown()
        await files.shutdown()
        await images.shutdown()
        await keeper.closeAll()
        await devices.close()
        await laboratory.shutdown()
    }
}

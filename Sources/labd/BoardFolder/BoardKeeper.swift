import LabModel
import LabScheduler
import Logging
import NIOPosix

/// Keeps the boards of the lab what their files and the configuration say: looks at the files, opens, exchanges and
/// closes boards while nobody holds them, and tells everybody.
actor BoardKeeper: BoardReloading {
    /// Makes a board of its definition.
    typealias Making = @Sendable (BoardDefinition) async throws(Failure) -> any ClosableBoard

    private let boards: Boards
    private let store: any Store
    private let clock: any LabClock
    private let logger: Logger
    private let make: Making

    private var scanner: BoardScanner
    nonisolated let folder: String?
    private var roster = BoardRoster()
    /// As the store has them.
    private var stored: [BoardDefinition]?
    /// What was said last of each board, or what an earlier labd stored: for files that say nothing any more.
    private var remembered: [BoardName: BoardDefinition] = [:]
    /// People who wait for a look at the files.
    private var waiters: [CheckedContinuation<Result<[BoardChange], Failure>, Never>] = []
    private var needsLook = false
    private var isServing = true
    private let wakes: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    /// Files of which nobody told are found so long after their change, and boards that failed are tried again.
    static let lookInterval = Duration.seconds(10)

    init(
        scanner: BoardScanner, boards: Boards, store: any Store, clock: any LabClock, logger: Logger,
        make: @escaping Making
    ) {
        self.scanner = scanner
        folder = scanner.folder
        self.boards = boards
        self.store = store
        self.clock = clock
        self.logger = logger
        self.make = make
        (wakes, wakeUp) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: - Start and end

    /// Opens every board before anybody can ask for one. A board file that is wrong sets its board aside.
    ///
    /// - Throws: the failure of a board of the configuration; boards that were opened before it are closed again.
    func openAll() async throws {
        let scan = try await look()
        roster.take(scan.readings)
        boards.problems = scan.problems
        for case .open(let definition) in roster.tasks {
            do throws(Failure) {
                try await open(definition)
            } catch {
                guard scanner.file(of: definition.name) == nil else { continue }
                boards.show(roster)
                await closeAll()
                let position = scanner.position(of: error, board: definition.name)
                throw position.map { error.placed(at: $0.description) } ?? error
            }
        }
        boards.show(roster)
        let faults = scan.problems + roster.names.flatMap { roster.standing($0).diagnostics }
        for fault in faults { logger.warning("\(fault)") }
    }

    /// Stores which boards there are. Before recovery, which looks at them.
    func storeAll() async throws(Failure) {
        for record in try await store.boards() {
            remembered[record.name] = BoardDefinition(
                name: record.name, type: record.type, tags: record.tags, driver: "")
        }
        try await storeBoards()
        await tell(BoardRoster.changes(from: [:], to: roster.phases).filter { $0.kind == .broken })
    }

    /// Closes every board, at the end of labd.
    func closeAll() async {
        for board in boards.takeAll() { await board.close() }
    }

    /// Follows the files until `stop`.
    func serve(_ scheduler: Scheduler, recovery: Recovery, watch: FolderWatch?) async {
        await withDiscardingTaskGroup { group in
            group.addTask { for await _ in scheduler.releases { self.wakeUp.yield() } }
            group.addTask { await self.lookNowAndThen() }
            if let watch { group.addTask { for await _ in watch.changes { await self.lookSoon() } } }
            for await _ in wakes { await turn(scheduler, recovery) }
            group.cancelAll()
        }
        isServing = false
        answer(.failure(Self.stopped))
    }

    /// Ends `serve`.
    nonisolated func stop() { wakeUp.finish() }

    // MARK: - Asking for a look

    func reload() async throws(Failure) -> [BoardChange] {
        guard isServing else { throw Self.stopped }
        return try await withCheckedContinuation { waiter in
            waiters.append(waiter)
            lookSoon()
        }.get()
    }

    nonisolated var problems: [Diagnostic] { boards.problems }

    private static let stopped = Failure(.canceled, "labd stops, and looks at no board files any more")

    /// Looks at the files soon.
    func lookSoon() {
        needsLook = true
        wakeUp.yield()
    }

    private func lookNowAndThen() async {
        while (try? await clock.sleep(for: Self.lookInterval)) != nil { lookSoon() }
    }

    private func answer(_ result: Result<[BoardChange], Failure>) {
        let waiters = waiters
        self.waiters = []
        for waiter in waiters { waiter.resume(returning: result) }
    }

    // MARK: - One turn

    private func turn(_ scheduler: Scheduler, _ recovery: Recovery) async {
        let waiters = waiters
        self.waiters = []
        let before = roster.phases
        if needsLook {
            needsLook = false
            await takeFiles()
        }
        await work(scheduler, recovery)
        let changes = changes(since: before)
        for waiter in waiters { waiter.resume(returning: .success(changes)) }
    }

    private func takeFiles() async {
        do {
            let scan = try await look()
            let before = roster.phases
            roster.take(scan.readings)
            roster.retry()
            if boards.problems != scan.problems {
                boards.problems = scan.problems
                for problem in scan.problems { logger.warning("\(problem)") }
            }
            await publish(since: before)
        } catch {
            logger.error("the board files cannot be looked at", metadata: ["error": "\(error)"])
        }
    }

    /// Does what can be done now; what somebody holds waits until it is given back.
    private func work(_ scheduler: Scheduler, _ recovery: Recovery) async {
        for task in roster.tasks {
            guard await scheduler.beginChange(of: task.board) else { continue }
            let before = roster.phases
            switch task {
            case .open(let definition):
                try? await open(definition)
            case .exchange(let definition):
                await boards.place(nil, as: definition.name)?.close()
                try? await open(definition)
            case .close(let name):
                await boards.place(nil, as: name)?.close()
                roster.closed(name)
            }
            await publish(since: before)
            await adopt(task.board, recovery)
            await scheduler.endChange(of: task.board)
        }
    }

    private func adopt(_ name: BoardName, _ recovery: Recovery) async {
        do throws(Failure) {
            try await recovery.adopt(name)
        } catch {
            logger.error("a new board's power is not known", metadata: ["board": "\(name)", "error": "\(error)"])
        }
    }

    /// Tells the registry, the store and whoever follows events what is different now.
    private func publish(since before: [BoardName: BoardRoster.Phase]) async {
        boards.show(roster)
        do throws(Failure) {
            try await storeBoards()
        } catch {
            // Tried again at the next turn.
            logger.error("the boards cannot be stored", metadata: ["error": "\(error)"])
        }
        await tell(changes(since: before))
    }

    // MARK: - Parts of it

    /// On a thread that may wait for a slow disk.
    private func look() async throws -> BoardScan {
        let (scan, scanner) = try await NIOThreadPool.singleton.runIfActive { [scanner] in
            var scanner = scanner
            let scan = scanner.scan()
            return (scan, scanner)
        }
        self.scanner = scanner
        return scan
    }

    private func open(_ definition: BoardDefinition) async throws(Failure) {
        do throws(Failure) {
            boards.place(try await make(definition), as: definition.name)
            roster.opened(definition)
        } catch {
            roster.failed(definition, fault(error, of: definition))
            throw error
        }
    }

    private func fault(_ failure: Failure, of definition: BoardDefinition) -> Diagnostic {
        let place = failure.place.flatMap { $0 == definition.name.rawValue ? nil : "\($0): " } ?? ""
        let position = scanner.position(of: failure, board: definition.name)
        return Diagnostic(
            .error, at: position ?? SourcePosition(line: 1, column: 1), place + failure.message,
            suggestion: failure.advice)
    }

    private func storeBoards() async throws(Failure) {
        let definitions = roster.names.map { name in
            roster.standing(name).definition ?? remembered[name]
                ?? BoardDefinition(name: name, type: DeviceTypeName(rawValue: ""), driver: "")
        }
        guard definitions != stored else { return }
        stored = nil
        try await store.setBoards(definitions)
        stored = definitions
        remembered = Dictionary(uniqueKeysWithValues: definitions.map { ($0.name, $0) })
    }

    private func changes(since before: [BoardName: BoardRoster.Phase]) -> [BoardChange] {
        BoardRoster.changes(from: before, to: roster.phases).map { change in
            var change = change
            change.file = scanner.file(of: change.board)
            return change
        }
    }

    private func tell(_ changes: [BoardChange]) async {
        guard !changes.isEmpty else { return }
        for change in changes {
            let reason = change.diagnostics.first.map { ": \($0)" } ?? ""
            let level: Logger.Level = change.kind == .broken ? .warning : .notice
            logger.log(level: level, "board \(change.board) \(change.kind.rawValue)\(reason)")
        }
        do throws(Failure) {
            try await store.append(changes.map(\.event))
        } catch {
            logger.error("what changed of the boards cannot be stored", metadata: ["error": "\(error)"])
        }
    }
}

extension BoardChange {
    /// As those who follow the lab are told.
    fileprivate var event: NewEvent {
        let kind: LabEvent.Kind =
            switch self.kind {
            case .added: .boardAdded
            case .changed: .boardChanged
            case .removed: .boardRemoved
            case .broken: .boardBroken
            case .repaired: .boardRepaired
            }
        var data: [String: DataValue] = [:]
        data["file"] = file.map(DataValue.string)
        data["message"] = (diagnostics.first?.description).map(DataValue.string)
        return NewEvent(board: board, kind: kind, data: .map(data))
    }
}

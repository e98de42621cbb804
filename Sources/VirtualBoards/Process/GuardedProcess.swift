import Glibc
import LabModel
import Subprocess
import Synchronization
import SystemPackage

/// A program that runs in a process group of its own and cannot outlive labd: util-linux' `setpriv` makes the kernel
/// kill it when the thread that started it, and with it labd, is gone.
final class GuardedProcess: Sendable {
    /// What is started.
    struct Launch: Sendable {
        /// Found in PATH.
        var program: String
        var arguments: [String]
        /// Added to labd's own environment.
        var environment: [String: String]
        var workingDirectory: String?
        /// Receives standard error, and standard output too; nil throws it away.
        var log: String?
        /// Whether the program leads a session, as a shell with a terminal of its own must.
        var leadsSession = false
    }

    let handle: ProcessHandle
    private let ending: OneTimeEvent

    private init(handle: ProcessHandle, ending: OneTimeEvent) {
        self.handle = handle
        self.ending = ending
    }

    deinit { handle.killGroup() }

    /// Starts a program and returns once it runs.
    ///
    /// - Parameter onEnd: called once the process has ended and is reaped.
    /// - Throws: `infrastructure` when it cannot be started.
    static func start(
        _ launch: Launch, onEnd: @escaping @Sendable () -> Void = {}
    ) async throws(Failure) -> GuardedProcess {
        // Shared with the task below, which must not keep the process object alive.
        let ending = OneTimeEvent()
        let started: Result<ProcessHandle, Failure> = await withCheckedContinuation { continuation in
            let answer = StartAnswer(continuation)
            // The library ties a process to the call that runs it, and a board's power outlives the call that switches
            // it on. So the call lives in a task of its own, which ends with the process.
            Task.detached {
                do {
                    _ = try await run(
                        configuration(of: launch), input: .none, output: try output(of: launch),
                        error: .combinedWithOutput
                    ) { execution in
                        let identifier = execution.processIdentifier.value
                        guard let handle = ProcessHandle(identifier) else {
                            return answer.give(.failure(gone(launch)))
                        }
                        answer.give(.success(handle))
                    }
                    answer.give(.failure(gone(launch)))
                } catch {
                    answer.give(
                        .failure(
                            Failure(
                                .infrastructure, "cannot start \(launch.program): \(error)",
                                advice: "labd doctor tells what is missing on this host")))
                }
                ending.happen()
                onEnd()
            }
        }
        return GuardedProcess(handle: try started.get(), ending: ending)
    }

    /// Whether the process still runs.
    var isRunning: Bool { !handle.hasEnded }

    /// Returns when the process has ended and is reaped.
    ///
    /// - Throws: `CancellationError`.
    func waitUntilReaped() async throws { try await ending.wait() }

    /// Kills the process and waits until it is reaped, whether or not the caller is cancelled.
    ///
    /// - Throws: `infrastructure` when it is still there after 5 s.
    func end(clock: any LabClock) async throws(Failure) {
        handle.killGroup()
        let ending = ending
        // A task of its own, so that a cancelled job still waits for its machine to be gone.
        let hasEnded = await Task.detached {
            await withTaskGroup(of: Bool.self) { group in
                group.addTask { (try? await ending.wait()) != nil }
                group.addTask { (try? await clock.sleep(for: .seconds(5))) == nil }
                defer { group.cancelAll() }
                return await group.next() ?? false
            }
        }.value
        guard hasEnded else {
            throw Failure(.infrastructure, "process \(handle.identifier) does not end after SIGKILL")
        }
    }

    private static func configuration(of launch: Launch) -> Configuration {
        var options = PlatformOptions()
        if launch.leadsSession { options.createSession = true } else { options.processGroupID = 0 }
        options.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(100))
        ]
        var changes: [Environment.Key: String?] = [:]
        for (name, value) in launch.environment {
            if let key = Environment.Key(rawValue: name) { changes[key] = value }
        }
        return Configuration(
            executable: .name("setpriv"),
            arguments: Arguments(["--pdeathsig", "KILL", "--", launch.program] + launch.arguments),
            environment: .inherit.updating(changes),
            workingDirectory: launch.workingDirectory.map { FilePath($0) }, platformOptions: options)
    }

    private static func output(of launch: Launch) throws -> FileDescriptorOutput {
        let file = try FileDescriptor.open(
            launch.log ?? "/dev/null", .writeOnly, options: launch.log == nil ? [] : [.create, .truncate],
            permissions: [.ownerReadWrite])
        return .fileDescriptor(file, closeAfterSpawningProcess: true)
    }

    private static func gone(_ launch: Launch) -> Failure {
        Failure(.infrastructure, "\(launch.program) ended at once", advice: launch.log.map { "see \($0)" })
    }
}

/// Answers a start exactly once: the first word counts.
private final class StartAnswer: Sendable {
    private let continuation: Mutex<CheckedContinuation<Result<ProcessHandle, Failure>, Never>?>

    init(_ continuation: CheckedContinuation<Result<ProcessHandle, Failure>, Never>) {
        self.continuation = Mutex(continuation)
    }

    func give(_ answer: Result<ProcessHandle, Failure>) {
        let continuation = continuation.withLock { held in
            defer { held = nil }
            return held
        }
        continuation?.resume(returning: answer)
    }
}

import Dispatch
public import LabModel
import Subprocess
import Synchronization
import SystemPackage

/// Programs of the host, for a caller that may block. A program runs in a process group of its own, under util-linux'
/// `setpriv`, so that the kernel kills it when labd is gone; what it leaves behind in its group ends with it.
public final class ProcessLink: CommandLink {
    /// The setup of a program takes its time on a busy host, and says nothing of the program.
    private static let startLimit: Duration = .seconds(20)

    public init() {}

    public func run(
        _ program: String, _ arguments: [String], environment: [String: String], timeout: Duration
    ) throws(Failure) -> (status: Int32, output: [UInt8], errors: [UInt8]) {
        let output = try OutputPipe()
        let errors = try OutputPipe()
        let call = ProcessCall()
        let (configuration, targets) = (configuration(program, arguments, environment), [output, errors].map(\.target))
        // The library runs processes for callers that suspend; this one blocks, on a thread of its own.
        Task.detached { await call.run(configuration, output: targets[0], errors: targets[1]) }
        let process = try call.started(within: Self.startLimit, of: program)
        let isInTime = OutputPipe.drain([output, errors], until: process, LinkDeadline(timeout))
        process.killGroup()
        // What was still in the pipes when the program ended.
        output.drain()
        errors.drain()
        let status = try call.ended(of: program)
        guard isInTime else {
            throw Failure(.infrastructure, "`\(program)` did not end within \(timeout) and was killed")
        }
        if status == 127, String(decoding: errors.kept, as: UTF8.self).hasPrefix("setpriv:") {
            throw Failure(.infrastructure, "`\(program)` cannot be run: it is not installed, or not in PATH")
        }
        return (status, output.kept, errors.kept)
    }

    private func configuration(
        _ program: String, _ arguments: [String], _ environment: [String: String]
    ) -> Configuration {
        var options = PlatformOptions()
        options.processGroupID = 0
        var changes: [Environment.Key: String?] = [:]
        for (name, value) in environment {
            if let key = Environment.Key(rawValue: name) { changes[key] = value }
        }
        return Configuration(
            executable: .name("setpriv"), arguments: Arguments(["--pdeathsig", "KILL", "--", program] + arguments),
            environment: .inherit.updating(changes), platformOptions: options)
    }
}

/// One run of a program, between the thread that waits for it and the task that owns it.
private final class ProcessCall: Sendable {
    private struct State {
        var start: Result<ChildProcess, Failure>?
        var status: Int32?
        var isReleased = false
        var release: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let start = DispatchSemaphore(value: 0)
    private let end = DispatchSemaphore(value: 0)

    func run(_ configuration: Configuration, output: FileDescriptor, errors: FileDescriptor) async {
        do {
            let result = try await Subprocess.run(
                configuration, input: .none, output: .fileDescriptor(output, closeAfterSpawningProcess: true),
                error: .fileDescriptor(errors, closeAfterSpawningProcess: true)
            ) { execution in
                guard let child = ChildProcess(execution.processIdentifier.value) else { return }
                self.begin(.success(child))
                // The process is not reaped before this returns, so its number stays its own while it is watched.
                await self.released()
            }
            let status: Int32 =
                switch result.terminationStatus {
                case .exited(let code): code
                case .signaled(let signal): 128 + signal
                }
            state.withLock { $0.status = status }
            begin(.failure(Failure(.infrastructure, "it ended at once")))
        } catch {
            begin(.failure(Failure(.infrastructure, "cannot start programs with setpriv: \(error)")))
        }
        end.signal()
    }

    func started(within limit: Duration, of program: String) throws(Failure) -> ChildProcess {
        guard start.wait(timeout: .now() + .nanoseconds(Int(limit.nanoseconds))) == .success,
            let result = state.withLock({ $0.start })
        else {
            letGo()
            throw Failure(.infrastructure, "`\(program)` could not be started within \(limit)")
        }
        return try result.get()
    }

    /// Lets the process be reaped.
    ///
    /// - Returns: its exit code.
    func ended(of program: String) throws(Failure) -> Int32 {
        letGo()
        guard end.wait(timeout: .now() + 10) == .success, let status = state.withLock({ $0.status }) else {
            throw Failure(.infrastructure, "`\(program)` does not end after SIGKILL")
        }
        return status
    }

    /// The first word counts.
    private func begin(_ result: Result<ChildProcess, Failure>) {
        let isFirst = state.withLock { state in
            defer { state.start = state.start ?? result }
            return state.start == nil
        }
        if isFirst { start.signal() }
    }

    private func released() async {
        await withCheckedContinuation { continuation in
            let isReleased = state.withLock { state in
                if !state.isReleased { state.release = continuation }
                return state.isReleased
            }
            if isReleased { continuation.resume() }
        }
    }

    private func letGo() {
        let continuation = state.withLock { state in
            state.isReleased = true
            defer { state.release = nil }
            return state.release
        }
        continuation?.resume()
    }
}

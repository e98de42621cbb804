import Glibc
import LabModel
import Subprocess
import SystemPackage

/// A labd that serves one command: on a socket and state of its own, and gone with it.
struct PrivateDaemon: Sendable {
    /// The labd to start.
    var program: String
    var config: String?
    var clock: any LabClock
    /// How long the start may take. A first start may have to build the board kit.
    var startLimit: Duration = .seconds(300)
    /// How long labd may take to bring boards to rest when it is asked to end.
    var endLimit: Duration = .seconds(30)

    /// Starts labd, calls `body` when it answers, and ends it: SIGTERM first, SIGKILL to its group if it stays.
    ///
    /// labd cannot outlive this process: `setpriv --pdeathsig` has the kernel end it with us.
    /// - Parameter note: takes a line for the person who waits.
    /// - Throws: `CommandError` when labd does not start; what `body` throws.
    func run<Value: Sendable>(
        note: @escaping @Sendable (String) -> Void, body: @escaping @Sendable (Endpoint) async throws -> Value
    ) async throws -> Value {
        let folder = try TemporaryFolder(environment: HostEnvironment.variables)
        defer { folder.remove() }
        let socket = folder.path + "/labd.sock"
        let log = folder.path + "/labd.log"
        let descriptor = try FileDescriptor.open(
            log, .writeOnly, options: [.create, .append, .closeOnExec], permissions: [.ownerReadWrite])
        let ending = [
            TeardownStep.gracefulShutDown(allowedDurationToNextStep: endLimit),
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(100)),
        ]
        let outcome = try await Subprocess.run(
            configuration(socket: socket, state: folder.path + "/state", ending: ending), input: .none,
            output: .fileDescriptor(descriptor, closeAfterSpawningProcess: true), error: .combinedWithOutput
        ) { execution in
            let result: Result<Value, any Error>
            do {
                let endpoint = try Endpoint(parsing: "unix:" + socket)
                try await waitUntilReady(endpoint, process: execution.processIdentifier.value, log: log, note: note)
                result = .success(try await body(endpoint))
            } catch {
                result = .failure(error)
            }
            await execution.teardown(using: ending)
            return result
        }
        return try outcome.takeClosureResult().get()
    }

    private func configuration(socket: String, state: String, ending: [TeardownStep]) -> Configuration {
        var options = PlatformOptions()
        // Ctrl-C in the terminal reaches lablctl alone, which then asks labd to cancel the job.
        options.processGroupID = 0
        options.teardownSequence = ending
        var arguments = ["--pdeathsig", "KILL", "--", program, "--ephemeral", "--socket", socket, "--state", state]
        if let config { arguments += ["--config", config] }
        return Configuration(
            executable: .name("setpriv"), arguments: Arguments(arguments), platformOptions: options)
    }

    private func waitUntilReady(
        _ endpoint: Endpoint, process: pid_t, log: String, note: (String) -> Void
    ) async throws {
        let begin = clock.monotonic()
        var isNoted = false
        let server = EndpointResolution.Server(endpoint: endpoint, token: nil)
        try await LabClient.connected(to: server, clock: clock) { client in
            while await !client.isHealthy() {
                let waited = clock.monotonic().duration(since: begin)
                if let ending = Self.ending(of: process) { throw Self.failed(ending, log: log) }
                guard waited < startLimit else {
                    throw Self.failed("labd does not answer after \(Figures.seconds(waited.inSeconds))", log: log)
                }
                if waited > .seconds(2), !isNoted {
                    isNoted = true
                    note("waiting for labd; a first start also builds the virtual boards' files")
                }
                try await clock.sleep(for: .milliseconds(40))
            }
        }
    }

    private enum Ending {
        case exited(Int32)
        case unknown
    }

    // Looks without reaping, which stays with the one who started the process. Nil while it runs.
    private static func ending(of process: pid_t) -> Ending? {
        var information = siginfo_t()
        guard waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT) == 0 else {
            return errno == ECHILD ? .unknown : nil
        }
        guard information.si_signo == SIGCHLD else { return nil }
        guard information.si_code == Int32(CLD_EXITED) else { return .unknown }
        return .exited(information._sifields._sigchld.si_status)
    }

    /// 78 is how labd says that it cannot work with its configuration (EX_CONFIG of sysexits.h); what it said last is
    /// then all there is to say.
    private static func failed(_ ending: Ending, log: String) -> CommandError {
        guard case .exited(CommandStatus.configuration.rawValue) = ending else {
            return failed("labd ended while it started", log: log)
        }
        return CommandError(
            .configuration, Failure(.configuration, DaemonComplaint.text(in: HostFiles.tail(log, lines: 60))))
    }

    private static func failed(_ message: String, log: String) -> CommandError {
        let said = HostFiles.tail(log, lines: 15).map { "\n  | " + SafeText.line($0) }.joined()
        return CommandError(
            .internalError,
            Failure(
                .infrastructure, message + (said.isEmpty ? "" : "; it said:" + said),
                advice: "`labd doctor` tells what is missing on this host"))
    }
}

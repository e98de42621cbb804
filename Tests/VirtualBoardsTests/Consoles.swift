import Glibc
import LabModel
import Logging
import NIOPosix
import SerialConsole
import VirtualBoards

/// The real console room behind the boards' protocol, as the daemon joins them.
struct RealConsoles: ConsoleOpening {
    let hub: ConsoleHub

    init(folder: String) {
        hub = ConsoleHub(
            group: MultiThreadedEventLoopGroup.singleton, clock: SystemLabClock(), transcripts: folder + "/transcripts")
    }

    func openListening(board: BoardName, name: String, path: String) async throws(Failure) -> OpenedConsole {
        try await open(board, name, .unixListener(path))
    }

    func openTerminal(board: BoardName, name: String, path: String) async throws(Failure) -> OpenedConsole {
        try await open(board, name, .tty(path, baud: 0))
    }

    private func open(
        _ board: BoardName, _ name: String, _ endpoint: ConsoleEndpoint
    ) async throws(Failure) -> OpenedConsole {
        do {
            let console = try await hub.open(name: name, transcriptFolder: board.rawValue)
            try await console.attach(endpoint)
            return OpenedConsole(console: console) { await console.close() }
        } catch {
            throw error as? Failure ?? Failure(.infrastructure, "\(error)")
        }
    }
}

/// A short folder of a test's own, removed afterwards, and the services of boards in it.
func withServices(
    kits: String = "/nonexistent", epoch: Int64 = 7,
    _ body: (VirtualBoardServices, String) async throws -> Void
) async throws {
    var template = Array("/tmp/labd-vb-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkdtemp($0) != nil } ?? false }
    guard made else { throw Failure(.infrastructure, "no temporary folder") }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let services = VirtualBoardServices(
        consoles: RealConsoles(folder: folder), runtimeFolder: folder, kitFolder: kits,
        owner: OwnerTag(lab: String(folder.dropFirst(5)), epoch: Epoch(rawValue: epoch)), clock: SystemLabClock(),
        logger: logger)
    let result: Result<Void, any Error>
    do {
        result = .success(try await body(services, folder))
    } catch {
        result = .failure(error)
    }
    remove(tree: folder)
    try result.get()
}

private func remove(tree: String) {
    if let folder = opendir(tree) {
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            if entry.pointee.d_type == UInt8(DT_DIR) {
                remove(tree: tree + "/" + name)
            } else {
                unlink(tree + "/" + name)
            }
        }
        closedir(folder)
    }
    rmdir(tree)
}

extension Console {
    /// Waits for `expression` after `start` for at most `limit`.
    @discardableResult
    func find(
        _ expression: String, from start: ConsoleOffset = .start, within limit: Duration = .seconds(10)
    ) async throws -> ConsoleMatch {
        let deadline = SystemLabClock().monotonic().advanced(by: limit)
        return try await expect([ConsolePattern(expression)], from: start, until: deadline)
    }
}

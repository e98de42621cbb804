import Glibc
import LabModel
import NIOPosix
import SerialConsole
import Synchronization
import VirtualBoards

/// Opens every board's console in the one console room.
struct LabConsoles: ConsoleOpening {
    private let hub: ConsoleHub
    private let transcripts = OpenTranscripts()

    /// Files that are written to now.
    var openTranscripts: Set<String> { transcripts.paths }

    /// - Parameter limit: the largest transcript of a console, in bytes.
    init(folder: String, limit: Int64, clock: any LabClock) {
        hub = ConsoleHub(
            group: MultiThreadedEventLoopGroup.singleton, clock: clock, transcripts: folder,
            transcriptLimit: UInt64(limit))
    }

    func openListening(board: BoardName, name: String, path: String) async throws(Failure) -> OpenedConsole {
        try await open(board: board, name: name, at: .unixListener(path))
    }

    func openTerminal(board: BoardName, name: String, path: String) async throws(Failure) -> OpenedConsole {
        try await open(board: board, name: name, at: .tty(path, baud: 0))
    }

    private func open(
        board: BoardName, name: String, at endpoint: ConsoleEndpoint
    ) async throws(Failure) -> OpenedConsole {
        do {
            let console = try await hub.open(name: name, transcriptFolder: board.rawValue)
            do {
                try await console.attach(endpoint)
            } catch {
                // Nobody ever heard it: it is tried again and again, and must not leave files each time.
                await console.close()
                for path in [console.transcriptPath, console.indexPath] { if let path { unlink(path) } }
                throw error
            }
            let paths = [console.transcriptPath, console.indexPath].compactMap { $0 }
            transcripts.add(paths)
            return OpenedConsole(
                console: console,
                close: { [transcripts] in
                    await console.close()
                    transcripts.remove(paths)
                })
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.infrastructure, "the console of \(board) cannot be opened: \(error)")
        }
    }
}

/// The transcripts that consoles have open.
private final class OpenTranscripts: Sendable {
    private let state = Mutex<Set<String>>([])

    var paths: Set<String> { state.withLock { $0 } }

    func add(_ paths: [String]) { state.withLock { $0.formUnion(paths) } }
    func remove(_ paths: [String]) { state.withLock { $0.subtract(paths) } }
}

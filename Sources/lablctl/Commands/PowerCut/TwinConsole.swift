import Foundation
import LabModel
import LabWire
import Synchronization

/// A board that boots from a crash state, in this terminal. It lives as long as the connection does.
struct TwinConsole: Sendable {
    let client: LabClient
    /// What starts it.
    let target: String
    var json = false

    /// Shows what the board prints, until it ends or this is cancelled.
    ///
    /// - Parameter started: told the board's name as soon as it runs.
    /// - Returns: why it ended.
    func watch(started: @Sendable (String) -> Void = { _ in }) async throws -> String {
        var ending: String?
        _ = try await client.stream(target, starts: true) { event in
            switch event.event {
            case StreamEvent.twin:
                let twin = try client.decode(TwinInfo.self, from: Array(event.data.utf8))
                announce(twin)
                started(twin.name)
            case StreamEvent.end:
                let reasons = try? client.decode([String].self, from: Array(event.data.utf8))
                ending = "the board has ended: \(SafeText.line(reasons?.first ?? "nothing is known"))"
                return .stop
            case StreamEvent.error, StreamEvent.bye:
                throw client.ending(of: event)
            default:
                ConsoleSession.show(event, json: json)
            }
            return .goOn
        }
        guard let ending else { throw LabClient.brokenOff }
        return ending
    }

    /// Shows what the board prints and sends what is typed, until the escape key.
    ///
    /// - Returns: why it ended.
    func interact(with terminal: RawTerminal) async throws -> String {
        let place = TypingPlace()
        return try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask { try await watch { place.twin = $0 } }
            group.addTask {
                try await type(from: terminal, at: place)
                return "left; the board has ended, and what it wrote is gone"
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    private func type(from terminal: RawTerminal, at place: TypingPlace) async throws {
        for await keys in terminal.keys() {
            let typed = EscapeKey.typed(in: keys)
            if !typed.bytes.isEmpty, let twin = place.twin {
                let target = "\(LabClient.root)/twins/\(Endpoint.percentEncoded(twin))/console"
                do {
                    _ = try await client.post(target, body: typed.bytes, contentType: "application/octet-stream")
                } catch let error as CommandError where error.status == .notFound {
                    // It has just ended; the stream says why.
                }
            }
            if typed.leaves { return }
        }
    }

    private func announce(_ twin: TwinInfo) {
        let progress = Output.progress()
        let leave = json ? "Ctrl-C leaves" : "Ctrl-] leaves"
        progress.line("\(SafeText.line(twin.name)) boots from \(SafeText.line(twin.state)); \(leave)\r")
        for note in twin.notes {
            progress.line("otherwise than at the recording: \(SafeText.line(note))\r")
        }
    }
}

/// Which board is typed at; none until it runs.
private final class TypingPlace: Sendable {
    private let name = Mutex<String?>(nil)

    var twin: String? {
        get { name.withLock(\.self) }
        set { name.withLock { $0 = newValue } }
    }
}

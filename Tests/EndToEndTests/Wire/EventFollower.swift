import Foundation
import LabWire
import Synchronization

/// Somebody who follows the lab's events, and comes back after every end of the stream with the last number seen.
final class EventFollower: Sendable {
    private struct State {
        var events: [EventInfo] = []
        var faults: [String] = []
        var isStopped = false
    }

    private let socket: String
    private let state = Mutex(State())

    init(socket: String) {
        self.socket = socket
        Thread.detachNewThread { self.follow() }
    }

    /// All that was delivered, in the order in which it came.
    var events: [EventInfo] { state.withLock { $0.events } }
    var count: Int { state.withLock { $0.events.count } }
    /// What should never happen: numbers that go back or leave out some.
    var faults: [String] { state.withLock { $0.faults } }

    /// Whether an event after the first `count` is what `isWanted` looks for.
    func has(after count: Int, _ isWanted: (EventInfo) -> Bool) -> Bool {
        state.withLock { $0.events.dropFirst(count).contains(where: isWanted) }
    }

    func stop() { state.withLock { $0.isStopped = true } }

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    private func follow() {
        while !isStopped {
            stream()
            usleep(20_000)
        }
    }

    /// One connection, to its end.
    private func stream() {
        guard let connection = try? RawConnection(unixSocket: socket, patience: .milliseconds(200)) else { return }
        let last = state.withLock { $0.events.last?.seq } ?? 0
        let request = RawHTTP.head("GET", "/api/v1/events?after=\(last)", ["Accept: text/event-stream"])
        guard (try? connection.send(request)) != nil else { return }
        var head: [UInt8]? = []
        var chunks = ChunkReader()
        var parser = ServerSentEventParser()
        while !isStopped {
            guard let received = try? connection.receive() else {
                // Nothing came in time, or the connection broke: only the second is an end.
                var byte: UInt8 = 0
                if recv(connection.descriptor, &byte, 1, CInt(MSG_PEEK) | CInt(MSG_DONTWAIT)) == 0 {
                    return
                }
                if errno != EAGAIN && errno != EWOULDBLOCK { return }
                continue
            }
            if received.isEmpty { return }
            var bytes = received
            if let start = head {
                let text = start + received
                guard let end = text.firstRange(of: Array("\r\n\r\n".utf8)) else {
                    head = text
                    continue
                }
                bytes = Array(text[end.upperBound...])
                head = nil
            }
            take((try? parser.feed(chunks.feed(bytes))) ?? [])
            if chunks.isFinished { return }
        }
    }

    private func take(_ received: [ServerSentEvent]) {
        for event in received where event.id != nil {
            guard let info = try? JSONDecoder().decode(EventInfo.self, from: Data(event.data.utf8)) else {
                state.withLock { $0.faults.append("cannot be read: \(event.data)") }
                continue
            }
            state.withLock { state in
                let last = state.events.last?.seq ?? 0
                if info.seq != last + 1 { state.faults.append("number \(info.seq) came after \(last)") }
                state.events.append(info)
            }
        }
    }
}

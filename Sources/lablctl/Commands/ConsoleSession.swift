import Foundation
import LabModel
import LabWire

/// A board's console in this terminal: its bytes come out here, keys go there.
struct ConsoleSession: Sendable {
    let client: LabClient
    let board: String
    var json = false
    /// How much of what was printed before is shown, in bytes.
    var tail: Int

    private var target: String { "\(LabClient.root)/boards/\(Endpoint.percentEncoded(board))/console" }

    /// Shows what the board prints, until cancelled.
    func watch() async throws {
        let follower = StreamFollower(
            client: client, lost: { Output.progress().line("\r\nconnection lost; trying again\r") },
            regained: { Output.progress().line("\r\nconnected again\r") })
        let begin = client.clock.monotonic()
        var isFirst = true
        try await follower.follow("\(target)?offset=-\(tail)") { event in
            guard event.event != StreamEvent.end else { return .stop }
            // What was printed before comes at once; what comes later is new.
            let isEarlier = isFirst && client.clock.monotonic().duration(since: begin) < .seconds(1)
            Self.show(event, json: json, isEarlier: isEarlier && tail > 0)
            if event.event == StreamEvent.bytes { isFirst = false }
            return .goOn
        }
    }

    /// Shows what an event of a console's stream brings.
    static func show(_ event: ServerSentEvent, json: Bool, isEarlier: Bool = false) {
        let output = Output.standard()
        switch event.event {
        case StreamEvent.bytes:
            if json {
                output.line("{\"bytes\":\"\(event.data)\",\"next\":\(event.id.flatMap { Int64($0) } ?? 0)}")
            } else if let bytes = Data(base64Encoded: event.data) {
                let piece = EarlierOutput(bytes: Array(bytes), next: event.id.flatMap { Int64($0) })
                output.write(isEarlier ? piece.introduced : piece.bytes)
            }
        case StreamEvent.lost:
            let count = Int64(event.data) ?? 0
            output.line(json ? "{\"lost\":\(count)}" : "\r\n[\(count) bytes are missing here]\r")
        default: break
        }
    }

    /// Shows what the board prints and sends what is typed, until the escape key.
    func interact(with terminal: RawTerminal) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await watch() }
            group.addTask { try await type(from: terminal) }
            group.addTask { try await tellOfLease() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// How often the board's lease and the lab are looked at.
    private static let lookInterval = Duration.seconds(10)

    /// Tells whoever types that the board's lease is about to end, and the lab is being drained, until cancelled.
    private func tellOfLease() async throws {
        var leases = LeaseWatch(lease: try await client.board(board).lease)
        var drains = DrainWatch()
        while true {
            // The console's own stream tells of a labd that is away.
            if let now = try? await client.board(board) { Self.tell(leases.look(at: now.lease)) }
            if let status = try? await client.get("\(LabClient.root)/status", as: StatusInfo.self) {
                Self.tell(drains.look(at: status.drain))
            }
            try await client.clock.sleep(for: Self.lookInterval)
        }
    }

    private static func tell(_ lines: [String]) {
        for line in lines { Output.progress().line("\r\n[\(line)]\r") }
    }

    private func type(from terminal: RawTerminal) async throws {
        var isRefused = false
        for await keys in terminal.keys() {
            let typed = EscapeKey.typed(in: keys)
            if !typed.bytes.isEmpty {
                do {
                    _ = try await client.post(target, body: typed.bytes, contentType: "application/octet-stream")
                    isRefused = false
                } catch let error as CommandError where error.status == .busy {
                    if !isRefused {
                        Output.progress().line("\r\n[not typed: \(SafeText.line(error.failure.message))]\r")
                    }
                    isRefused = true
                }
            }
            if typed.leaves { return }
        }
    }
}

/// The first piece of a console's stream, which was printed before anybody watched.
struct EarlierOutput {
    var bytes: [UInt8]
    /// The offset after it.
    var next: Int64?

    /// Under a line that says so, and from the start of a line.
    var introduced: [UInt8] {
        let isFromTheStart = next == Int64(bytes.count)
        let end = isFromTheStart ? nil : bytes.firstIndex(of: UInt8(ascii: "\n"))
        return Array("-- earlier output --\r\n".utf8) + bytes[(end.map { $0 + 1 } ?? 0)...]
    }
}

/// Ctrl-], which leaves a console as it leaves telnet.
enum EscapeKey {
    static let byte: UInt8 = 0x1D

    /// What is to be sent of `keys`, and whether the key was among them.
    static func typed(in keys: [UInt8]) -> (bytes: [UInt8], leaves: Bool) {
        guard let end = keys.firstIndex(of: byte) else { return (keys, false) }
        return (Array(keys[..<end]), true)
    }
}

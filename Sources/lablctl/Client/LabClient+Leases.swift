import LabModel
import LabWire

/// The calls about leases. Each throws `CommandError`; one that is refused because somebody else holds the board has
/// the status `busy`.
extension LabClient {
    private func target(_ board: String, _ action: String) -> String {
        "\(Self.root)/boards/\(Endpoint.percentEncoded(board))/lease/\(action)"
    }

    func leases() async throws -> [UInt8] { try await get("\(Self.root)/leases") }

    func reserve(_ request: LeaseRequest) async throws -> [UInt8] {
        try await post("\(Self.root)/leases", json: request)
    }

    /// Stands in line for a board until there is one.
    ///
    /// - Parameter waiting: told why, whenever that changes.
    /// - Returns: the lease, as sent.
    func waitForBoard(_ request: LeaseRequest, waiting: (String) -> Void) async throws -> [UInt8] {
        var query: [(String, String)] = []
        if let board = request.board { query.append(("board", board)) }
        if let type = request.type { query.append(("type", type)) }
        if let tags = request.tags { query.append(("tags", tags.joined(separator: ","))) }
        if let seconds = request.seconds { query.append(("seconds", String(Int(seconds.rounded(.up))))) }
        if let reason = request.reason { query.append(("reason", reason)) }
        if let seconds = request.keepAlive { query.append(("keepAlive", String(Int(seconds.rounded(.up))))) }
        let parameters = query.map { "\($0.0)=\(Endpoint.percentEncoded($0.1))" }.joined(separator: "&")
        var lease: [UInt8]?
        _ = try await stream("\(Self.root)/leases/wait?\(parameters)", starts: true) { event in
            switch event.event {
            case StreamEvent.waiting:
                waiting(try decode(LeaseWaiting.self, from: Array(event.data.utf8)).reason)
            case StreamEvent.lease:
                lease = Array(event.data.utf8)
                return .stop
            case StreamEvent.error, StreamEvent.bye: throw ending(of: event)
            default: break
            }
            return .goOn
        }
        guard let lease else { throw Self.brokenOff }
        return lease
    }

    func extend(_ board: String, seconds: Double) async throws -> [UInt8] {
        try await post(target(board, "extend"), json: ExtendRequest(seconds: seconds))
    }

    func release(_ board: String, reason: String?) async throws -> [UInt8] {
        try await post(target(board, "release"), json: ReleaseRequest(reason: reason))
    }

    func handOver(_ board: String, to user: String, reason: String?) async throws -> [UInt8] {
        try await post(target(board, "hand-over"), json: HandOverRequest(to: user, reason: reason))
    }

    func kick(_ board: String, reason: String, grace: Double?) async throws -> [UInt8] {
        try await post(target(board, "kick"), json: KickRequest(reason: reason, grace: grace))
    }

    func keepAlive(_ board: String) async throws -> LeaseInfo {
        let body = try await post(target(board, "keep-alive"), body: [], contentType: "application/json")
        return try decode(LeaseInfo.self, from: body)
    }

    func boardLog(_ board: String, kind: String?, limit: Int) async throws -> [UInt8] {
        let filter = kind.map { "&kind=\($0)" } ?? ""
        return try await get("\(Self.root)/boards/\(Endpoint.percentEncoded(board))/log?limit=\(limit)\(filter)")
    }
}

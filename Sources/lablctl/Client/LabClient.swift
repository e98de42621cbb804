import AsyncHTTPClient
import Foundation
import LabModel
import LabWire
import NIOCore
import NIOHTTP1

/// Speaks labd's HTTP API.
struct LabClient: Sendable {
    let server: EndpointResolution.Server
    let clock: any LabClock
    /// In whose name boards are commanded.
    private(set) var leases = LeaseNames()
    private let http: HTTPClient
    private let user: String?
    /// How long an answer may take.
    private let patience: Duration?

    /// Calls `body` with a client for `server` and closes its connections afterwards.
    static func connected<Value>(
        to server: EndpointResolution.Server, user: String? = nil, patience: Duration? = nil,
        clock: any LabClock = SystemLabClock(), leases: LeaseNames = LeaseNames(),
        _ body: (LabClient) async throws -> Value
    ) async throws -> Value {
        var configuration = HTTPClient.Configuration()
        // A daemon that is not there is said at once, not after retries.
        configuration.connectionPool.retryConnectionEstablishment = false
        // labd sends a comment every 15 s; a stream that is silent for three of them is dead.
        let silence = patience.map { TimeAmount.nanoseconds($0.nanoseconds) } ?? .seconds(45)
        configuration.timeout = HTTPClient.Configuration.Timeout(connect: .seconds(5), read: silence)
        configuration.redirectConfiguration = .disallow
        return try await HTTPClient.withHTTPClient(configuration: configuration) { http in
            try await body(
                LabClient(server: server, clock: clock, leases: leases, http: http, user: user, patience: patience))
        }
    }

    /// The same, in the name of a lease.
    func naming(_ number: Int64, of board: String) -> LabClient {
        var copy = self
        copy.leases = leases.adding(number, of: board)
        return copy
    }

    /// The same, in the name of a lease.
    func naming(_ lease: LeaseInfo) -> LabClient { naming(lease.id, of: lease.board) }

    /// The answer's body as sent.
    ///
    /// - Throws: `CommandError` when nothing answers or the answer is not a success.
    func get(_ target: String) async throws -> [UInt8] {
        try await exchange(.GET, target, body: nil, contentType: nil)
    }

    /// - Throws: `CommandError` when nothing answers or the answer is not a success.
    func get<Value: Decodable>(_ target: String, as type: Value.Type) async throws -> Value {
        try decode(type, from: try await get(target))
    }

    /// - Throws: `CommandError` when nothing answers or the answer is not a success.
    func post(_ target: String, body: [UInt8], contentType: String) async throws -> [UInt8] {
        try await exchange(.POST, target, body: body, contentType: contentType)
    }

    /// - Throws: `CommandError` when nothing answers or the answer is not a success.
    func post(_ target: String, json: some Encodable) async throws -> [UInt8] {
        let body = try JSONEncoder().encode(json)
        return try await post(target, body: Array(body), contentType: "application/json")
    }

    /// - Throws: `CommandError` when nothing answers or the answer is not a success.
    func delete(_ target: String) async throws -> [UInt8] {
        try await exchange(.DELETE, target, body: nil, contentType: nil)
    }

    /// - Throws: `CommandError` when the text is not the JSON that the API promises.
    func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws(CommandError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw CommandError(
                .internalError,
                Failure(
                    .infrastructure, "labd's answer cannot be read: \(error)",
                    advice: "lablctl and labd may be of different versions"))
        }
    }

    /// Reads the events of one connection until `handle` stops it or the server closes it.
    ///
    /// - Parameter starts: whether the stream is of something that begins and ends with it.
    /// - Returns: whether `handle` stopped it.
    func stream(
        _ target: String, lastID: String? = nil, starts: Bool = false, opened: () -> Void = {},
        handle: (ServerSentEvent) async throws -> StreamStep
    ) async throws -> StreamStep {
        var request = request(starts ? .POST : .GET, target)
        request.headers.add(name: "Accept", value: "text/event-stream")
        if let lastID { request.headers.add(name: "Last-Event-ID", value: lastID) }
        let response = try await reach { try await http.execute(request, deadline: .distantFuture) }
        guard response.status == .ok else { throw try await refusal(response, target) }
        opened()
        var parser = ServerSentEventParser()
        for try await chunk in response.body {
            for event in try parser.feed(chunk.readableBytesView) {
                if try await handle(event) == .stop { return .stop }
            }
        }
        return .goOn
    }

    /// Hands over a body in pieces as they come, each with the size of the whole.
    ///
    /// - Throws: `CommandError` when nothing answers, the answer is not a success or not whole; what `take` throws.
    func download(_ target: String, take: (ByteBuffer, Int64?) throws -> Void) async throws {
        let response = try await reach { try await http.execute(request(.GET, target), deadline: .distantFuture) }
        guard response.status == .ok else { throw try await refusal(response, target) }
        let size = response.headers.first(name: "Content-Length").flatMap { Int64($0) }
        var got: Int64 = 0
        do {
            for try await piece in response.body {
                try take(piece, size)
                got += Int64(piece.readableBytes)
            }
        } catch let error as HTTPClientError {
            throw CommandError(.internalError, Failure(.infrastructure, "labd broke off after \(got) bytes: \(error)"))
        }
        if let size, got != size {
            throw CommandError(
                .internalError, Failure(.infrastructure, "labd broke off after \(got) of \(size) bytes"))
        }
    }

    private func exchange(
        _ method: HTTPMethod, _ target: String, body: [UInt8]?, contentType: String?
    ) async throws -> [UInt8] {
        var request = request(method, target)
        if let body { request.body = .bytes(body) }
        if let contentType { request.headers.add(name: "Content-Type", value: contentType) }
        let limit = patience.map { TimeAmount.nanoseconds($0.nanoseconds) } ?? .seconds(60)
        let response = try await reach { try await http.execute(request, timeout: limit) }
        guard (200..<300).contains(response.status.code) else { throw try await refusal(response, target) }
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return Array(bytes.readableBytesView)
    }

    private func request(_ method: HTTPMethod, _ target: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: server.endpoint.url(target))
        request.method = method
        if let token = server.token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let user { request.headers.add(name: "X-Labd-User", value: user) }
        if let lease = leases.number(for: target) { request.headers.add(name: "X-Labd-Lease", value: String(lease)) }
        if case .unix = server.endpoint { request.headers.replaceOrAdd(name: "Host", value: "localhost") }
        return request
    }

    private func refusal(_ response: HTTPClientResponse, _ target: String) async throws -> CommandError {
        let bytes = try await response.body.collect(upTo: 4 << 20)
        let body = try? JSONDecoder().decode(ErrorBody.self, from: Data(bytes.readableBytesView))
        return CommandError(httpStatus: response.status.code, body: body, target: target)
    }

    private func reach(_ send: () async throws -> HTTPClientResponse) async throws -> HTTPClientResponse {
        do {
            return try await send()
        } catch {
            let isCancelled = error is CancellationError || (error as? HTTPClientError) == .cancelled
            if isCancelled { throw CancellationError() }
            throw EndpointResolution.noDaemon(looked: server.endpoint.description)
        }
    }
}

/// Whether a reader wants more.
enum StreamStep: Hashable, Sendable {
    case goOn
    case stop
}

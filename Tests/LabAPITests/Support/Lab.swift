import Foundation
import Hummingbird
import HummingbirdTesting
import LabModel
import LabWire
import Logging
import Testing

@testable import LabAPI

/// A whole API over fakes.
struct Lab {
    var store = FakeStore()
    var logs = FakeLogs()
    var control: FakeControl
    let leases = FakeLeases()
    /// Whether it lends boards.
    var lends = true
    var boards = FakeBoards()
    var boardFiles: FakeBoardFiles?
    let workbench = FakeWorkbench()
    var hasWorkbench = true
    var history: FakeHistory? = FakeHistory()
    var clock = StillClock()
    var streamLimit = 256

    static let secret = "0123456789abcdef0123456789abcdef"

    init() {
        control = FakeControl(store: store)
        store.with { contents in
            contents.boards = [
                BoardRecord(
                    name: BoardName(rawValue: "qemu-1"), type: DeviceTypeName(rawValue: "qemu"), tags: ["slow"],
                    state: .idle, health: .good, power: .off)
            ]
        }
        boards.boards = [
            FakeBoard(
                definition: BoardDefinition(
                    name: BoardName(rawValue: "qemu-1"), type: DeviceTypeName(rawValue: "qemu"), driver: "qemu",
                    description: "On the desk"),
                console: FakeConsole(output: "boot\nlogin: "))
        ]
    }

    var logger: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    func server(
        unixSocket: String? = nil, tcp: LabAPIConfiguration.TCP? = nil,
        onListening: @escaping @Sendable (ListeningAddress) async -> Void = { _ in }
    ) -> LabAPIServer {
        LabAPIServer(
            configuration: LabAPIConfiguration(
                unixSocket: unixSocket, tcp: tcp,
                facts: DaemonFacts(
                    version: "1.2.3", epoch: Epoch(rawValue: 7), state: "/state", started: FakeStore.submitted),
                streamLimit: streamLimit),
            dependencies: dependencies, onListening: onListening)
    }

    var dependencies: LabAPIDependencies {
        LabAPIDependencies(
            store: store, control: control, leases: lends ? leases : nil, logs: logs, boards: boards,
            compiler: FakeCompiler(), deviceTypes: FakeDeviceTypes(), workbench: hasWorkbench ? workbench : nil,
            boardFiles: boardFiles, history: history, clock: clock, logger: logger)
    }

    func server(_ dependencies: LabAPIDependencies) -> LabAPIServer {
        LabAPIServer(
            configuration: LabAPIConfiguration(
                unixSocket: nil, tcp: nil,
                facts: DaemonFacts(
                    version: "1.2.3", epoch: Epoch(rawValue: 7), state: "/state", started: FakeStore.submitted)),
            dependencies: dependencies)
    }

    /// Runs `body` with a client of the unix socket's application, without a socket.
    func test<Value>(
        guarding: AccessMiddleware.Guard = .socketMode,
        _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        try await server().application(address: .hostname("localhost", port: 0), guarding: guarding)
            .test(.router, body)
    }

    static var tokenGuard: AccessMiddleware.Guard { .token(APIToken(secret: secret), hosts: HostCheck()) }
}

extension TestClientProtocol {
    /// A request, and its answer read as JSON.
    func call<Value: Decodable>(
        _ type: Value.Type, _ method: HTTPRequest.Method, _ uri: String, _ body: String? = nil,
        headers: HTTPFields = [:], expecting status: HTTPResponse.Status = .ok,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Value {
        let response = try await raw(method, uri, body, headers: headers)
        #expect(response.status == status, "\(String(buffer: response.body))", sourceLocation: sourceLocation)
        return try JSONDecoder().decode(type, from: Data(String(buffer: response.body).utf8))
    }

    /// A request that is refused.
    func refusal(
        _ method: HTTPRequest.Method, _ uri: String, _ body: String? = nil, headers: HTTPFields = [:],
        expecting status: HTTPResponse.Status, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ErrorBody {
        try await call(
            ErrorBody.self, method, uri, body, headers: headers, expecting: status, sourceLocation: sourceLocation)
    }

    func raw(
        _ method: HTTPRequest.Method, _ uri: String, _ body: String? = nil, headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        try await execute(uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
    }

    /// A stream that ends, as its events.
    func events(_ uri: String, headers: HTTPFields = [:]) async throws -> [ServerSentEvent] {
        let response = try await raw(.get, uri, headers: headers)
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "text/event-stream")
        var parser = ServerSentEventParser()
        return try parser.feed(Array(String(buffer: response.body).utf8))
    }
}

/// Waits until `condition` holds, letting other tasks run; gives up after many turns.
func eventually(_ condition: () -> Bool) async -> Bool {
    for _ in 0..<200_000 {
        if condition() { return true }
        await Task.yield()
    }
    return condition()
}

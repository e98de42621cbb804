import LabModel
import LabWire
import Synchronization
import Testing

@testable import lablctl

@Suite(.timeLimit(.minutes(5))) struct LabClientTests {
    private func withClient<Value>(
        answers: [String], token: String? = nil, _ body: (LabClient, TinyServer) async throws -> Value
    ) async throws -> Value {
        let server = try TinyServer(answers: answers)
        defer { server.stop() }
        let found = EndpointResolution.Server(endpoint: .unix(path: server.socketPath), token: token)
        return try await LabClient.connected(to: found, user: "ci") { try await body($0, server) }
    }

    private static let job =
        #"{"id":7,"name":"n","submitter":"ci","priority":50,"tags":[],"state":"Finished","#
        + #""health":"Complete","submitted":"2026-08-20T10:00:00.000000+00:00","attempt":1,"#
        + #""results":{"pass":1,"fail":0,"skip":0,"unknown":0}}"#

    @Test func requestsCarryTokenAndUser() async throws {
        try await withClient(answers: [TinyServer.json(Self.job)], token: "t0ken") { client, server in
            let job = try await client.job(7)
            #expect(job.name == "n")
            let request = try #require(server.requests.first)
            #expect(request.hasPrefix("GET /api/v1/jobs/7 HTTP/1.1\r\n"))
            #expect(request.contains("Bearer t0ken"))
            #expect(request.lowercased().contains("x-labd-user: ci"))
        }
    }

    @Test(arguments: [
        ("400 Bad Request", CommandStatus.usage), ("403 Forbidden", .notAllowed), ("404 Not Found", .notFound),
        ("409 Conflict", .busy),
        ("413 Payload Too Large", .invalidJob), ("422 Unprocessable Content", .invalidJob),
        ("500 Internal Server Error", .internalError),
    ])
    func refusalsHaveTheirExitCodes(status: String, code: CommandStatus) async throws {
        let body =
            #"{"error":{"type":"Conflict","message":"job 3 holds it","advice":"wait"},"#
            + #""diagnostics":[{"severity":"error","line":2,"column":3,"message":"wrong"}]}"#
        try await withClient(answers: [TinyServer.json(body, status: status)]) { client, _ in
            let error = try #require(await #expect(throws: CommandError.self) { try await client.job(7) })
            #expect(error.status == code)
            #expect(error.failure.message == "job 3 holds it")
            #expect(error.failure.advice == "wait")
            #expect(error.diagnostics.first?.line == 2)
        }
    }

    @Test func onlyABoardThatIsHeldIsBusy() {
        func status(_ message: String) -> CommandStatus {
            CommandError(httpStatus: 409, body: ErrorBody(error: FailureInfo(type: "Job", message: message))).status
        }
        #expect(status("the board virt-1 is not free: job 3 holds it") == .busy)
        #expect(status("board qemu-1 has no media of its own and was given no images") == .internalError)
    }

    @Test(arguments: [
        ("boards/nope", "`lablctl boards` lists them"), ("boards/nope/power", "`lablctl boards` lists them"),
        ("device-types/x?explain=y", "`lablctl device-type list` lists them"), ("jobs/9", "`lablctl jobs` lists them"),
    ])
    func whatIsNotThereIsAdvisedInOurWords(path: String, advice: String) {
        let body = ErrorBody(
            error: FailureInfo(type: "NotFound", message: "there is no such thing", advice: "/api/v1/boards lists them")
        )
        let error = CommandError(httpStatus: 404, body: body, target: "/api/v1/" + path)
        #expect(error.failure.advice == advice)
    }

    @Test func whatTheLabsFilesLackIsNoFaultOfAJob() {
        let body = ErrorBody(error: FailureInfo(type: "Configuration", message: "the type has no key `a`"))
        func status(_ target: String) -> CommandStatus {
            CommandError(httpStatus: 422, body: body, target: "/api/v1/" + target).status
        }
        #expect(status("device-types/x?explain=a") == .notFound)
        #expect(status("device-types/x") == .internalError)
        #expect(status("jobs") == .internalError)
    }

    @Test func adviceThatIsNotOfTheAPIStays() {
        let body = ErrorBody(
            error: FailureInfo(type: "NotFound", message: "the type has no key `a`", advice: "did you mean `b`?"))
        let error = CommandError(httpStatus: 404, body: body, target: "/api/v1/device-types/x?explain=a")
        #expect(error.failure.advice == "did you mean `b`?")
    }

    @Test func aMissingTokenIsAskedForAsAVariable() {
        let body = ErrorBody(
            error: FailureInfo(type: "Unauthorized", message: "no token", advice: "send `Authorization: Bearer`"))
        let error = CommandError(httpStatus: 401, body: body, target: "/api/v1/jobs")
        #expect(error.status == .notAllowed)
        #expect(error.failure.advice?.contains("LABD_TOKEN") == true)
        #expect(error.failure.advice?.contains("Authorization") == false)
    }

    @Test func aServerThatIsNotThereIsNoDaemon() async throws {
        let nowhere = EndpointResolution.Server(endpoint: .unix(path: "/tmp/lablctl-test-nowhere/s"), token: nil)
        let error = await #expect(throws: CommandError.self) {
            try await LabClient.connected(to: nowhere) { try await $0.job(1) }
        }
        #expect(error?.status == .noDaemon)
    }

    @Test func textThatIsNotTheAPIsIsAnError() async throws {
        try await withClient(answers: [TinyServer.json("[]")]) { client, _ in
            let error = await #expect(throws: CommandError.self) { try await client.job(7) }
            #expect(error?.status == .internalError)
        }
    }

    @Test func aFollowedLogGoesOnWhereItBroke() async throws {
        let first = TinyServer.events(
            "id: 10\nevent: log\ndata: {\"dt\":\"t\",\"lvl\":\"target\",\"msg\":\"one\"}\n\n"
                + "id: 20\nevent: log\ndata: {\"dt\":\"t\",\"lvl\":\"target\",\"msg\":\"two\"}\n\nid: 30\nevent: lo")
        let second = TinyServer.events(
            "id: 30\nevent: log\ndata: {\"dt\":\"t\",\"lvl\":\"target\",\"msg\":\"three\"}\n\n"
                + "event: end\ndata: \(Self.job)\n\n")
        try await withClient(answers: [first, second, TinyServer.json(Self.job)]) { client, server in
            var texts: [String] = []
            let job = try await client.followLog(7, lost: {}) { _, entry in texts.append(entry.msg.string ?? "") }
            #expect(texts == ["one", "two", "three"])
            #expect(job.results?.pass == 1)
            #expect(server.requests.count == 3)
            #expect(server.requests[0].lowercased().contains("last-event-id: 0\r\n"))
            #expect(server.requests[1].lowercased().contains("last-event-id: 20\r\n"))
        }
    }

    @Test func aLossIsToldOnceAndTheReturnToo() async throws {
        let first = TinyServer.events(
            "id: 10\nevent: log\ndata: {\"dt\":\"t\",\"lvl\":\"target\",\"msg\":\"one\"}\n\n")
        let refused = TinyServer.json("{}", status: "500 Internal Server Error")
        let last = TinyServer.events("event: end\ndata: \(Self.job)\n\n")
        let answers = [first, refused, last, TinyServer.json(Self.job)]
        try await withClient(answers: answers) { client, _ in
            let told = Mutex<[String]>([])
            _ = try await client.followLog(
                7, lost: { told.withLock { $0.append("lost") } }, regained: { told.withLock { $0.append("back") } },
                entry: { _, _ in })
            #expect(told.withLock { $0 } == ["lost", "back"])
        }
    }

    @Test func aLogThatIsNotThereIsNotTriedAgain() async throws {
        let body = #"{"error":{"type":"NotFound","message":"no job 7"}}"#
        try await withClient(answers: [TinyServer.json(body, status: "404 Not Found")]) { client, server in
            let error = await #expect(throws: CommandError.self) {
                try await client.followLog(7, lost: {}, entry: { _, _ in })
            }
            #expect(error?.status == .notFound)
            #expect(server.requests.count == 1)
        }
    }

    @Test func followingEndsWhenTheDaemonStaysAway() async throws {
        let gone = TinyServer.events("id: 1\nevent: log\ndata: {\"dt\":\"t\",\"lvl\":\"info\",\"msg\":\"\"}\n\n")
        let server = try TinyServer(answers: [gone])
        let found = EndpointResolution.Server(endpoint: .unix(path: server.socketPath), token: nil)
        let error = await #expect(throws: CommandError.self) {
            try await LabClient.connected(to: found) { client in
                try await client.followLog(7, patience: .milliseconds(500), lost: {}) { _, _ in server.stop() }
            }
        }
        #expect(error?.status == .noDaemon)
    }

    @Test func aStreamThatBreaksForAReasonTellsIt() async throws {
        let broken = TinyServer.events(
            "id: 1\nevent: log\ndata: {\"dt\":\"t\",\"lvl\":\"info\",\"msg\":\"\"}\n\n"
                + "event: error\ndata: {\"error\":{\"type\":\"Internal\",\"message\":\"disk is full\"}}\n\n")
        let again = TinyServer.events(
            "event: error\ndata: {\"error\":{\"type\":\"Internal\",\"message\":\"disk is full\"}}\n\n")
        try await withClient(answers: [broken, again]) { client, _ in
            let error = await #expect(throws: CommandError.self) {
                try await client.followLog(7, patience: .milliseconds(300), lost: {}, entry: { _, _ in })
            }
            #expect(error?.failure.message == "disk is full")
        }
    }
}

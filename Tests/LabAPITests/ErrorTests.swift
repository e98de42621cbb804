import Hummingbird
import HummingbirdTesting
import LabModel
import LabWire
import Testing

@testable import LabAPI

@Suite struct ErrorTests {
    @Test(arguments: [
        "/api/v1/jobs/9", "/api/v1/jobs/abc", "/api/v1/jobs/-1", "/api/v1/jobs/9/definition", "/api/v1/jobs/9/logs",
        "/api/v1/jobs/9/results", "/api/v1/jobs/9/events", "/api/v1/events?job=9&follow=0", "/api/v1/boards/none",
        "/api/v1/boards/none/console", "/api/v1/device-types/none", "/api/v1/device-types/none?explain=x",
        "/api/v1/nothing", "/",
    ])
    func whatIsNotThereIsNotFound(path: String) async throws {
        try await Lab().test { client in
            let refusal = try await client.refusal(.get, path, expecting: .notFound)
            #expect(refusal.error.type == "NotFound")
        }
    }

    @Test func wrongMethodNamesTheRightOnes() async throws {
        try await Lab().test { client in
            let response = try await client.raw(.delete, "/api/v1/jobs")
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers[.allow] == "POST, GET")
            let refusal = try await client.refusal(.put, "/api/v1/jobs/7/results", expecting: .methodNotAllowed)
            #expect(refusal.error.type == "MethodNotAllowed")
        }
    }

    @Test func defectsStayInside() async throws {
        let lab = Lab()
        lab.store.with { $0.failure = Failure(.bug, "row 17 of table secret_things is odd") }
        try await lab.test { client in
            let refusal = try await client.refusal(.get, "/api/v1/jobs", expecting: .internalServerError)
            #expect(refusal.error.type == "Internal")
            #expect(!refusal.error.message.contains("secret_things"))
        }
    }

    @Test func troubleOfTheLabIsTold() async throws {
        let lab = Lab()
        lab.store.with { $0.failure = Failure(.infrastructure, "the disk is full", advice: "make room") }
        try await lab.test { client in
            let refusal = try await client.refusal(.get, "/api/v1/jobs", expecting: .internalServerError)
            #expect(
                refusal.error
                    == FailureInfo(type: "Infrastructure", message: "the disk is full", advice: "make room"))
        }
    }

    @Test(arguments: [#"{"change": 3}"#, "{", "[]", "{}", ""])
    func unreadableBodyIsRefused(body: String) async throws {
        try await Lab().test { client in
            _ = try await client.refusal(.post, "/api/v1/boards/qemu-1/power", body, expecting: .badRequest)
        }
    }
}

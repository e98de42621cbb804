import Hummingbird
import HummingbirdTesting
import LabModel
import LabWire
import Testing

@testable import LabAPI

@Suite struct AccessTests {
    @Test(arguments: [nil, "", "Bearer", "Bearer wrong", "Basic \(Lab.secret)", "Bearer \(Lab.secret)0"])
    func requestWithoutTheTokenIsRefused(header: String?) async throws {
        try await Lab().test(guarding: Lab.tokenGuard) { client in
            var headers = HTTPFields()
            headers[.authorization] = header
            let response = try await client.raw(.get, "/api/v1/jobs", headers: headers)
            #expect(response.status == .unauthorized)
            #expect(response.headers[.wwwAuthenticate] == "Bearer")
            let unknown = try await client.raw(.get, "/api/v1/nothing", headers: headers)
            #expect(unknown.status == .unauthorized)
        }
    }

    @Test func tokenOpensAndNamesTheSubmitter() async throws {
        let lab = Lab()
        try await lab.test(guarding: Lab.tokenGuard) { client in
            let headers: HTTPFields = [.authorization: "bearer \(Lab.secret)"]
            _ = try await client.call(
                Submitted.self, .post, "/api/v1/jobs", "ok", headers: headers, expecting: .created)
        }
        #expect(lab.store.with { $0.jobs.values.first?.submitter } == "api")
    }

    @Test func healthNeedsNoToken() async throws {
        try await Lab().test(guarding: Lab.tokenGuard) { client in
            let response = try await client.raw(.get, "/healthz")
            #expect(response.status == .ok)
            #expect(String(buffer: response.body) == "ok\n")
        }
    }

    @Test func socketNeedsNoTokenAndNamesTheLocalUser() async throws {
        let lab = Lab()
        try await lab.test { client in
            _ = try await client.call(Submitted.self, .post, "/api/v1/jobs", "ok", expecting: .created)
        }
        #expect(lab.store.with { $0.jobs.values.first?.submitter } == "local")
    }

    @Test(arguments: ["a b", "", "<script>", String(repeating: "x", count: 65)])
    func strangeUserNamesAreRefused(name: String) async throws {
        try await Lab().test { client in
            _ = try await client.refusal(
                .get, "/api/v1/jobs", headers: [.labdUser: name], expecting: .badRequest)
        }
    }

    @Test(arguments: [
        ("localhost", true), ("LOCALHOST:8384", true), ("127.0.0.1:8384", true), ("[::1]:8384", true),
        ("lab.example", true), ("lab.example.:80", true), ("evil.example", false), ("localhost.evil.example", false),
        ("127.0.0.1.evil.example", false), ("", false), ("[::1", false), (":8384", false),
    ])
    func onlyKnownHostsAreAnswered(authority: String, isAllowed: Bool) {
        #expect(HostCheck(names: ["Lab.example"]).allows(authority) == isAllowed)
        #expect(!HostCheck().allows(nil))
    }

    @Test func tokenIsComparedWhole() {
        let token = APIToken(secret: " \(Lab.secret)\n")
        #expect(token.matches(Lab.secret))
        #expect(!token.matches(String(Lab.secret.dropLast())))
        #expect(!token.matches(""))
    }
}

import LabModel
import Testing

@testable import lablctl

@Suite(.timeLimit(.minutes(5))) struct JobReferenceTests {
    @Test(arguments: [
        ("12", JobReference(number: 12)), ("12.0", JobReference(number: 12, place: 0)),
        ("12.10", JobReference(number: 12, place: 10)), ("12.", nil), (".1", nil), ("12.1.2", nil), ("+1", nil),
        ("-1", nil), ("1e3", nil), ("", nil), ("99999999999999999999", nil), ("1.99999999999999999999", nil),
    ])
    func numbersAndPlacesAreJobs(text: String, reference: JobReference?) {
        #expect(JobReference(argument: text) == reference)
    }

    private func number(_ reference: JobReference, _ body: String) async throws -> (number: Int64, asked: Int) {
        let server = try TinyServer(answers: [TinyServer.json(body)])
        defer { server.stop() }
        let found = EndpointResolution.Server(endpoint: .unix(path: server.socketPath), token: nil)
        let number = try await LabClient.connected(to: found, user: "ci") { try await $0.number(of: reference) }
        return (number, server.requests.count)
    }

    private static func job(_ group: String = "") -> String {
        #"{"id":12,"name":"n","submitter":"ci","priority":50,"tags":[],"state":"Running","health":"Unknown","#
            + #""submitted":"2026-08-20T10:00:00.000000+00:00","attempt":1\#(group)}"#
    }

    private static let group =
        #","group":{"id":12,"number":"12.0","role":"host","size":2,"essential":false,"jobs":["#
        + #"{"id":12,"number":"12.0","role":"host","state":"Running","health":"Unknown"},"#
        + #"{"id":15,"number":"12.1","role":"guest","state":"Running","health":"Unknown"}]}"#

    @Test func aPlaceIsLookedUp() async throws {
        let found = try await number(JobReference(number: 12, place: 1), Self.job(Self.group))
        #expect(found == (15, 1))
        let plain = try await number(JobReference(number: 12), "")
        #expect(plain == (12, 0), "a number asks nobody")
    }

    @Test(arguments: [("", "job 12 runs alone"), (Self.group, "the group has the jobs 12.0 to 12.1")])
    func aPlaceThatIsNotThereIsTold(group: String, advice: String) async throws {
        let error = try #require(
            await #expect(throws: CommandError.self) {
                try await number(JobReference(number: 12, place: 7), Self.job(group))
            })
        #expect(error.status == .notFound && error.failure.message == "there is no job 12.7")
        #expect(error.failure.advice == advice)
    }
}

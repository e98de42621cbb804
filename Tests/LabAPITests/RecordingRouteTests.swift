import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LabModel
import LabWire
import Synchronization
import Testing

@testable import LabAPI

@Suite struct RecordingRouteTests {
    private let job = "/api/v1/jobs/1"

    @Test func aRecordingIsToldInNumbers() async throws {
        try await Lab().test { client in
            let info = try await client.call(RecordingInfo.self, .get, "\(job)/power-cut-recording?block=0")
            #expect(info.writes == 2 && info.phases.map(\.name) == ["copy"] && info.duration == 2)
            _ = try await client.refusal(.get, "\(job)/power-cut-recording?block=1", expecting: .notFound)
            _ = try await client.refusal(.get, "/api/v1/jobs/2/power-cut-recording", expecting: .notFound)
            _ = try await client.refusal(.get, "\(job)/power-cut-recording?block=x", expecting: .badRequest)
        }
    }

    @Test func filesComeWholeWithTheirDigest() async throws {
        let lab = Lab()
        try await lab.test { client in
            let image = try await client.raw(.get, "\(job)/power-cut-image?state=w1")
            #expect(image.status == .ok)
            #expect(Array(image.body.readableBytesView) == lab.workbench.content)
            #expect(image.headers[.contentLength] == "\(lab.workbench.content.count)")
            let digest = Data(count: 32).base64EncodedString()
            #expect(image.headers[.reprDigest] == "sha-256=:\(digest):")
            let trace = try await client.raw(.get, "\(job)/power-cut-trace")
            #expect(Array(trace.body.readableBytesView) == [1, 2, 3])
        }
    }

    @Test(arguments: [
        ("w9", HTTPResponse.Status.notFound), ("q", .badRequest), ("full", .tooManyRequests),
        ("broken", .internalServerError), ("", .badRequest),
    ])
    func whatIsRefusedIsRefusedBeforeAnythingStarts(_ state: String, _ status: HTTPResponse.Status) async throws {
        let lab = Lab()
        try await lab.test { client in
            for path in ["power-cut-boot", "power-cut-twin"] {
                _ = try await client.refusal(.post, "\(job)/\(path)?state=\(state)", expecting: status)
            }
            _ = try await client.refusal(.get, "\(job)/power-cut-image?state=\(state)", expecting: status)
        }
        #expect(lab.workbench.memory.withLock { $0.started } == 0)
    }

    @Test func aBootTellsItsVerdict() async throws {
        try await Lab().test { client in
            let events = try await client.stream("\(job)/power-cut-boot?state=w1")
            #expect(events.map(\.event) == [StreamEvent.verdict])
            let boot = try JSONDecoder().decode(CrashBootInfo.self, from: Data(events[0].data.utf8))
            #expect(boot.state == "w1" && boot.verdict == "old" && boot.whole == true)
        }
    }

    @Test func whatFailsOnTheWayIsTold() async throws {
        try await Lab().test { client in
            let events = try await client.stream("\(job)/power-cut-boot?state=w2")
            #expect(events.map(\.event) == [StreamEvent.error])
            let error = try JSONDecoder().decode(ErrorBody.self, from: Data(events[0].data.utf8))
            #expect(error.error.message == "no emulator")
        }
    }

    @Test func aTwinLivesAsLongAsItsStream() async throws {
        let lab = Lab()
        try await lab.test { client in
            let events = try await client.stream("\(job)/power-cut-twin?state=w0")
            #expect(events.map(\.event) == [StreamEvent.twin, StreamEvent.bytes, StreamEvent.end])
            let twin = try JSONDecoder().decode(TwinInfo.self, from: Data(events[0].data.utf8))
            #expect(twin == TwinInfo(name: "virt-1-twin101", state: "w0", notes: ["kit was a, is b"]))
            #expect(events[2].data.contains("its emulator has ended"))
        }
        let (started, ended) = lab.workbench.memory.withLock { ($0.started, $0.ended) }
        #expect(started == 1 && ended == 1)
    }

    @Test func aTwinThatDoesNotStartIsEndedToo() async throws {
        let lab = Lab()
        lab.workbench.memory.withLock {
            $0.startFailure = CrashStateError(.missing, Failure(.job, "too few writes"))
        }
        try await lab.test { client in
            let events = try await client.stream("\(job)/power-cut-twin?state=w0")
            #expect(events.map(\.event) == [StreamEvent.error])
            let error = try JSONDecoder().decode(ErrorBody.self, from: Data(events[0].data.utf8))
            #expect(error.error.type == RequestErrorType.notFound.rawValue)
        }
        #expect(lab.workbench.memory.withLock { $0.ended } == 1)
    }

    @Test func typingGoesToTheTwin() async throws {
        let lab = Lab()
        try await lab.test { client in
            #expect(try await client.raw(.post, "/api/v1/twins/virt-1-twin101/console", "ls\n").status == .noContent)
            _ = try await client.refusal(.post, "/api/v1/twins/virt-1/console", "ls\n", expecting: .notFound)
            let much = String(repeating: "x", count: 5000)
            _ = try await client.refusal(
                .post, "/api/v1/twins/virt-1-twin101/console", much, expecting: .contentTooLarge)
        }
        #expect(lab.workbench.memory.withLock { $0.typed } == ["ls\n"])
    }

    @Test func aCheckTellsHowFarItIs() async throws {
        let lab = Lab()
        try await lab.test { client in
            let events = try await client.stream("\(job)/power-cut-check?sample=2.5&seed=7&twins=3")
            #expect(events.last?.event == StreamEvent.verdict)
            #expect(events.dropLast().allSatisfy { $0.event == StreamEvent.progress })
            let check = try JSONDecoder().decode(CampaignCheckInfo.self, from: Data((events.last?.data ?? "").utf8))
            #expect(check.rebooted == 2 && check.seed == 7 && check.bound == 1)
            for sample in ["0", "101", "five"] {
                _ = try await client.refusal(.post, "\(job)/power-cut-check?sample=\(sample)", expecting: .badRequest)
            }
        }
        #expect(lab.workbench.memory.withLock { $0.check } == [0.025, 7, 3])
    }

    @Test func aLabWithoutExplorationsSaysSo() async throws {
        var lab = Lab()
        lab.hasWorkbench = false
        try await lab.test { client in
            _ = try await client.refusal(.get, "\(job)/power-cut-recording", expecting: .notFound)
        }
    }
}

extension TestClientProtocol {
    /// A stream that something is started for, as its events.
    fileprivate func stream(_ uri: String) async throws -> [ServerSentEvent] {
        let response = try await raw(.post, uri)
        #expect(response.status == .ok, "\(String(buffer: response.body))")
        var parser = ServerSentEventParser()
        return try parser.feed(Array(String(buffer: response.body).utf8))
    }
}

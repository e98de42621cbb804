import Foundation
import Hummingbird
import HummingbirdTesting
import LabModel
import LabWire
import Synchronization
import Testing

@testable import LabAPI

@Suite struct JobRouteTests {
    @Test func submittedJobIsStoredAndWakesTheScheduler() async throws {
        let lab = Lab()
        try await lab.test { client in
            let response = try await client.raw(.post, "/api/v1/jobs", "ok", headers: [.labdUser: "grace"])
            #expect(response.status == .created)
            #expect(response.headers[.location] == "/api/v1/jobs/1")
            let answer = try JSONDecoder().decode(Submitted.self, from: Data(String(buffer: response.body).utf8))
            #expect(answer == Submitted(id: 1, name: "hello"))
        }
        let id = JobID(rawValue: 1)
        #expect(lab.store.with { $0.definitions[id] } == "ok")
        #expect(lab.store.with { $0.jobs[id]?.submitter } == "grace")
        #expect(lab.control.memory.withLock { $0.wakes } == 1)
    }

    @Test func submissionTakesJSONAndReturnsWarnings() async throws {
        try await Lab().test { client in
            let answer = try await client.call(
                Submitted.self, .post, "/api/v1/jobs", #"{"definition": "warn"}"#,
                headers: [.contentType: "application/json; charset=utf-8"], expecting: .created)
            #expect(answer.warnings.map(\.line) == [2])
            let refusal = try await client.refusal(
                .post, "/api/v1/jobs", #"{"job_name": "x"}"#, headers: [.contentType: "application/json"],
                expecting: .badRequest)
            #expect(refusal.error.message.contains("definition"))
        }
    }

    @Test func keyThatABodyDoesNotHaveIsRefused() async throws {
        try await Lab().test { client in
            let refusal = try await client.refusal(
                .post, "/api/v1/jobs", #"{"definition": "warn", "foo": 1}"#,
                headers: [.contentType: "application/json"], expecting: .badRequest)
            #expect(refusal.error.message == "the body has the unknown key `foo`")
            #expect(refusal.error.advice?.contains("`definition`") == true)
        }
    }

    @Test func badJobIsRefusedWithItsPlacesAndNothingIsStored() async throws {
        let lab = Lab()
        try await lab.test { client in
            let refusal = try await client.refusal(.post, "/api/v1/jobs", "bad", expecting: .unprocessableContent)
            #expect(refusal.error.type == "InvalidJob")
            #expect(
                refusal.diagnostics == [
                    DiagnosticInfo(
                        severity: "error", line: 2, column: 5, message: "unknown key `job_nam`",
                        excerpt: "job_nam: x", suggestion: "did you mean `job_name`")
                ])
        }
        #expect(lab.store.with { $0.jobs.isEmpty })
        #expect(lab.control.memory.withLock { $0.wakes } == 0)
    }

    @Test(arguments: [
        ("missing", "Unsupported", "boot: fastboot"), ("unfit", "InvalidJob", "an error"),
        ("tag", "Job", "`usb`"), ("board", "Job", "`elsewhere`"), ("type", "Job", "`rpi`"),
    ])
    func jobThatCouldNeverRunIsRefused(text: String, type: String, mention: String) async throws {
        let lab = Lab()
        try await lab.test { client in
            let refusal = try await client.refusal(.post, "/api/v1/jobs", text, expecting: .unprocessableContent)
            #expect(refusal.error.type == type)
            #expect(refusal.error.message.contains(mention))
        }
        #expect(lab.store.with { $0.jobs.isEmpty })
    }

    @Test func jobForRetiredBoardsOnlyIsRefused() async throws {
        let lab = Lab()
        lab.store.with { $0.boards[0].health = .retired }
        try await lab.test { client in
            let refusal = try await client.refusal(.post, "/api/v1/jobs", "ok", expecting: .unprocessableContent)
            #expect(refusal.error.message.contains("retired"))
        }
    }

    @Test func largeBodyIsRefused() async throws {
        let lab = Lab()
        try await lab.test { client in
            let text = String(repeating: "a", count: (1 << 20) + 1)
            let refusal = try await client.refusal(.post, "/api/v1/jobs", text, expecting: .contentTooLarge)
            #expect(refusal.error.type == "TooLarge")
            let fitting = String(repeating: "a", count: 1 << 20)
            _ = try await client.call(Submitted.self, .post, "/api/v1/jobs", fitting, expecting: .created)
        }
    }

    @Test func bodyThatIsNotUTF8IsRefused() async throws {
        try await Lab().test { client in
            let response = try await client.execute(
                uri: "/api/v1/jobs", method: .post, body: ByteBuffer(bytes: [0x66, 0xff, 0xfe]))
            #expect(response.status == .badRequest)
        }
    }

    @Test func validationTellsEverythingAndStoresNothing() async throws {
        let lab = Lab()
        try await lab.test { client in
            let bad = try await client.call(Validation.self, .post, "/api/v1/jobs/validate", "bad")
            #expect(!bad.valid && bad.plan == nil && bad.diagnostics.count == 1)
            let missing = try await client.call(Validation.self, .post, "/api/v1/jobs/validate", "missing")
            #expect(missing.valid)
            #expect(missing.unsupported == [UnsupportedInfo(name: "boot: fastboot", line: 2, column: 5)])
            #expect(missing.plan == PlanSummary(name: "hello", deviceType: "qemu", blocks: ["command"]))
        }
        #expect(lab.store.with { $0.jobs.isEmpty })
    }

    @Test func listPassesFiltersOnAndCountsAll() async throws {
        let lab = Lab()
        for id in 1...5 { lab.store.add(Int64(id), state: id == 5 ? .running : .submitted) }
        try await lab.test { client in
            let page = try await client.call(JobList.self, .get, "/api/v1/jobs?state=submitted&limit=2&offset=1")
            #expect(page.total == 4)
            #expect(page.jobs.map(\.id) == [3, 2])
            _ = try await client.call(
                JobList.self, .get,
                "/api/v1/jobs?state=Running,Finished&health=incomplete&type=qemu&board=b%201&submitter=ada")
        }
        let query = lab.store.with { $0.lastQuery }
        #expect(
            query
                == JobQuery(
                    states: [.running, .finished], healths: [.incomplete], deviceType: DeviceTypeName(rawValue: "qemu"),
                    board: BoardName(rawValue: "b 1"), submitter: "ada", limit: 50, offset: 0))
    }

    @Test(arguments: ["state=runing", "limit=0", "limit=1001", "offset=-1", "statee=running", "limit=5&limit=6"])
    func wrongParameterIsRefused(query: String) async throws {
        try await Lab().test { client in
            let refusal = try await client.refusal(.get, "/api/v1/jobs?\(query)", expecting: .badRequest)
            #expect(refusal.error.type == "BadRequest")
        }
    }

    @Test func shownJobTellsWhyItWaitsAndHowItsTestsEnded() async throws {
        let lab = Lab()
        let id = lab.store.add(3)
        lab.control.memory.withLock { $0.waiting = "the board is busy" }
        lab.store.with { contents in
            contents.jobs[id]?.failure = Failure(.infrastructure, "no answer", at: "qemu-1", advice: "look")
            contents.results[id] = [("0_x", .pass), ("0_x", .fail), ("lava", .pass)].map { suite, result in
                ResultRecord(suite: suite, name: "x", result: result, logged: FakeStore.submitted)
            }
        }
        try await lab.test { client in
            let job = try await client.call(JobInfo.self, .get, "/api/v1/jobs/3")
            #expect(job.waiting == "the board is busy")
            #expect(job.results == ResultCounts(pass: 1, fail: 1, steps: StepCounts(pass: 1)))
            #expect(job.state == "Submitted" && job.health == "Unknown")
            #expect(job.submitted == FakeStore.submitted.iso8601)
            #expect(job.failure?.type == "Infrastructure")
        }
    }

    @Test func definitionComesBackAsSubmitted() async throws {
        let lab = Lab()
        let id = lab.store.add(1)
        lab.store.with { $0.definitions[id] = "job_name: \"ü\"\n" }
        try await lab.test { client in
            let response = try await client.raw(.get, "/api/v1/jobs/1/definition")
            #expect(response.headers[.contentType] == "text/yaml; charset=utf-8")
            #expect(String(buffer: response.body) == "job_name: \"ü\"\n")
        }
    }

    @Test func canceledJobIsCanceledInTheUsersName() async throws {
        let lab = Lab()
        let id = lab.store.add(1)
        try await lab.test { client in
            let job = try await client.call(
                JobInfo.self, .post, "/api/v1/jobs/1/cancel", #"{"reason": "too slow"}"#, headers: [.labdUser: "grace"])
            #expect(job.state == "Finished" && job.health == "Canceled")
            _ = try await client.call(JobInfo.self, .post, "/api/v1/jobs/1/cancel")
            _ = try await client.refusal(.post, "/api/v1/jobs/2/cancel", expecting: .notFound)
        }
        let first = lab.control.memory.withLock { $0.canceled.first }
        #expect(first?.job == id && first?.user == "grace" && first?.reason == "too slow")
    }

    @Test func resultsCarryMeasurementsAndCuts() async throws {
        let lab = Lab()
        let id = lab.store.add(1)
        let result = ResultRecord(
            suite: "0_boot", testSet: "s", name: "time", result: .pass, measurement: 1.5, units: "s",
            metadata: ["level": "1.1"], logged: FakeStore.submitted)
        let cut = PowerCutRecord(
            name: "cut", outcome: .fellBack, isAllowed: true, isAlive: true, boots: 2,
            recoveryTime: .milliseconds(2500), lastLines: ["login:"])
        lab.store.with { contents in
            contents.results[id] = [result]
            contents.cuts[id] = [cut]
        }
        try await lab.test { client in
            let answer = try await client.call(JobResults.self, .get, "/api/v1/jobs/1/results")
            #expect(answer == JobResults(job: 1, results: [ResultInfo(result)], powerCuts: [PowerCutInfo(cut)]))
            #expect(answer.powerCuts.first?.recoveryTime == 2.5)
        }
    }
}

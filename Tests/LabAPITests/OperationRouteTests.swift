import Foundation
import Hummingbird
import HummingbirdTesting
import LabModel
import LabWire
import Synchronization
import Testing

@testable import LabAPI

/// An upkeep that remembers what it was asked.
final class FakeUpkeep: LabUpkeep {
    let state = Mutex(UpkeepStatus())
    let refusal = Mutex<Failure?>(nil)

    func drain(_ request: DrainRequest, by user: String) async throws(Failure) {
        let drain = LabDrain(
            by: user, since: FakeStore.submitted, reason: request.reason, acrossRestart: request.acrossRestart)
        state.withLock {
            $0.drain = drain
            $0.pauses = [drain.pause]
        }
    }

    func resume(by user: String) async throws(Failure) -> Bool {
        state.withLock { state in
            defer {
                state.drain = nil
                state.pauses = []
            }
            return state.drain != nil
        }
    }

    func status() async -> UpkeepStatus { state.withLock { $0 } }

    func retention(dryRun: Bool) async throws(Failure) -> RetentionReport {
        if let refusal = refusal.withLock({ $0 }) { throw refusal }
        var report = RetentionReport(began: FakeStore.submitted, isDryRun: dryRun, policy: "logs 90 d", level: .ample)
        report.logs.add(4096)
        return report
    }
}

/// Recurring jobs in memory.
final class FakeSchedules: ScheduleControl {
    let state = Mutex<[String: Schedule]>([:])

    func add(_ request: ScheduleRequest, by user: String) async throws(Failure) -> Schedule {
        let schedule = Schedule(
            name: request.name, rule: request.rule, zone: request.zone, definition: request.definition,
            submitter: user, overlap: request.overlap, created: FakeStore.submitted, next: FakeStore.submitted)
        state.withLock { $0[request.name] = schedule }
        return schedule
    }

    func pause(_ name: String, _ isPaused: Bool, by user: String) async throws(Failure) -> Schedule {
        let schedule = state.withLock { state in
            state[name]?.isPaused = isPaused
            return state[name]
        }
        guard let schedule else { throw Failure(.job, "none") }
        return schedule
    }

    func runNow(_ name: String, by user: String) async throws(Failure) -> [JobID] { [JobID(rawValue: 4)] }
    func remove(_ name: String, by user: String) async throws(Failure) { state.withLock { $0[name] = nil } }
    func schedules() async throws(Failure) -> [Schedule] {
        state.withLock { $0.values.sorted { $0.name < $1.name } }
    }
}

@Suite struct OperationRouteTests {
    private let upkeep = FakeUpkeep()
    private let schedules = FakeSchedules()

    private func test(_ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        let lab = Lab()
        lab.store.add(1)
        lab.store.add(2, state: .running)
        var dependencies = lab.dependencies
        dependencies.upkeep = upkeep
        dependencies.schedules = schedules
        try await lab.server(dependencies).application(
            address: .hostname("localhost", port: 0), guarding: .socketMode
        ).test(.router, body)
    }

    @Test func statusIsTheLabOnOneScreen() async throws {
        upkeep.state.withLock {
            $0.disk = DiskStatus(
                space: DiskSpace(free: 10, capacity: 100), level: .low, low: 20, critical: 5)
            $0.pauses = [PauseReason(name: "disk", text: "full")]
        }
        try await test { client in
            let status = try await client.call(StatusInfo.self, .get, "/api/v1/status")
            #expect(status.queued == 1 && status.running == 1 && status.boards.states == ["Idle": 1])
            #expect(status.disk == DiskInfo(free: 10, capacity: 100, low: 20, critical: 5, level: "low"))
            #expect(status.pauses == [PauseInfo(name: "disk", text: "full")])
            let boards = try await client.call(BoardList.self, .get, "/api/v1/boards")
            #expect(boards.pauses == status.pauses)
        }
    }

    @Test func aLabIsDrainedAndGoesOn() async throws {
        try await test { client in
            let drained = try await client.call(
                StatusInfo.self, .post, "/api/v1/drain", #"{"reason": "kernel", "acrossRestart": true}"#,
                headers: [.labdUser: "ann"])
            #expect(drained.drain?.by == "ann" && drained.drain?.reason == "kernel")
            #expect(drained.drain?.acrossRestart == true && drained.pauses.map(\.name) == ["drain"])
            _ = try await client.call(StatusInfo.self, .post, "/api/v1/resume")
            let refusal = try await client.refusal(.post, "/api/v1/resume", expecting: .conflict)
            #expect(refusal.error.message == "the lab is not being drained")
            _ = try await client.refusal(.post, "/api/v1/drain", #"{"raeson": "x"}"#, expecting: .badRequest)
        }
    }

    @Test func retentionIsShownAndRun() async throws {
        try await test { client in
            #expect(try await client.call(RetentionInfo.self, .get, "/api/v1/retention").dryRun)
            let ran = try await client.call(RetentionInfo.self, .post, "/api/v1/retention")
            #expect(!ran.dryRun && ran.logs == RetentionInfo.Count(items: 1, bytes: 4096))
            upkeep.refusal.withLock { $0 = Failure(.job, "a backup is made just now") }
            _ = try await client.refusal(.post, "/api/v1/retention", expecting: .conflict)
        }
    }

    @Test func recurringJobsAreLookedAfter() async throws {
        try await test { client in
            let added = try await client.call(
                ScheduleInfo.self, .post, "/api/v1/schedules",
                #"{"name": "nightly", "daily": "2:00", "zone": "Europe/Berlin", "definition": "text"}"#,
                headers: [.labdUser: "ann"], expecting: .created)
            #expect(added.rule == "daily 02:00" && added.submitter == "ann" && added.definition == nil)
            let list = try await client.call(ScheduleList.self, .get, "/api/v1/schedules")
            #expect(list.schedules == [added])
            let one = try await client.call(ScheduleInfo.self, .get, "/api/v1/schedules/nightly")
            #expect(one.definition == "text")
            #expect(try await client.call(ScheduleInfo.self, .post, "/api/v1/schedules/nightly/pause").paused)
            #expect(try await !client.call(ScheduleInfo.self, .post, "/api/v1/schedules/nightly/resume").paused)
            let run = try await client.call(
                ScheduleRunInfo.self, .post, "/api/v1/schedules/nightly/run", expecting: .created)
            #expect(run.jobs == [4])
            _ = try await client.call(ScheduleInfo.self, .delete, "/api/v1/schedules/nightly")
            _ = try await client.refusal(.get, "/api/v1/schedules/nightly", expecting: .notFound)
        }
    }

    @Test(arguments: [
        (#"{"name": "n", "definition": "d"}"#, HTTPResponse.Status.badRequest),
        (#"{"name": "n", "daily": "2:00", "cron": "* * * * *", "definition": "d"}"#, .badRequest),
        (#"{"name": "n", "daily": "25:00", "definition": "d"}"#, .unprocessableContent),
        (#"{"name": "n", "every": 1, "definition": "d"}"#, .unprocessableContent),
        (#"{"name": "n", "every": 1e300, "definition": "d"}"#, .badRequest),
        (#"{"name": "n", "daily": "2:00", "overlap": "both", "definition": "d"}"#, .badRequest),
        (#"{"daily": "2:00", "definition": "d"}"#, .badRequest),
        ("", .badRequest),
    ])
    func aWrongRequestIsRefused(body: String, status: HTTPResponse.Status) async throws {
        try await test { client in
            _ = try await client.refusal(.post, "/api/v1/schedules", body, expecting: status)
        }
    }
}

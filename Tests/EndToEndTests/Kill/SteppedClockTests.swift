import Foundation
import LabWire
import Testing

/// The wall clock is for display: stepping it neither ends nor prolongs a wait.
@Suite(.serialized) struct SteppedClockTests {
    private static let boards = "boards:\n- {name: one, type: sim, driver: sim, tags: [one]}\n"

    @Test(.timeLimit(.minutes(3))) func aClockThatJumpsForwardExpiresNobody() async throws {
        try await Self.withLab { lab, ground in
            let first = try await lab.submit(Self.job(seconds: 6))
            let waiting = try await lab.submit(Self.job(seconds: 0, queue: "hours: 1"))
            try await Self.untilRunning(first, lab)
            try ground.setClock(.seconds(7200))
            // Makes the queue be looked at.
            let third = try await lab.submit(Self.job(seconds: 0))
            for id in [first, waiting, third] {
                let job = try await lab.ending(of: id)
                #expect(job.health == "Complete", "job \(id): \(String(describing: job.failure))")
            }
        }
    }

    @Test(.timeLimit(.minutes(3))) func aClockThatJumpsBackKeepsNobodyWaiting() async throws {
        try await Self.withLab { lab, ground in
            let first = try await lab.submit(Self.job(seconds: 25))
            try await Self.untilRunning(first, lab)
            let waiting = try await lab.submit(Self.job(seconds: 0, queue: "seconds: 3"))
            try ground.setClock(.seconds(-86_400))
            let job = try await lab.ending(of: waiting)
            #expect(job.health == "Canceled", "\(job)")
            #expect(try await lab.ending(of: first).health == "Complete")
        }
    }

    private static func withLab(
        _ body: @escaping @Sendable (HostileLab, KillGround) async throws -> Void
    ) async throws {
        try await KillGround.with(size: 64) { ground in
            try await Daemon.with(state: ground.state, configuration: boards, wrapper: ground.wrapper) { daemon in
                try await body(HostileLab(daemon: daemon), ground)
            }
        }
    }

    private static func job(seconds: Int, queue: String? = nil) -> String {
        let talk = HostileJob.dialogue("talk", seconds: 60, [("sleep \(seconds); echo hello", "hello")])
        let text = HostileJob(tag: "one", blocks: [talk]).text
        guard let queue else { return text }
        return text.replacing("timeouts: {job:", with: "timeouts: {queue: {\(queue)}, job:")
    }

    private static func untilRunning(_ id: Int64, _ lab: HostileLab) async throws {
        for _ in 0..<400 {
            let job: JobInfo = try await lab.get("/api/v1/jobs/\(id)")
            if job.state == "Running" { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw DaemonError(text: "job \(id) does not run")
    }
}

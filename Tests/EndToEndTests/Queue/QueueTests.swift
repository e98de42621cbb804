import Foundation
import LabWire
import Testing

/// The queue as CI and people meet it: through lablctl, with the real daemon.
@Suite(.serialized, .timeLimit(.minutes(10))) struct QueueTests {
    private func withLab(
        more: String = "", _ body: @escaping @Sendable (BoardLab) async throws -> Void
    ) async throws {
        let folder = try BoardLab.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder + "/health", withIntermediateDirectories: true)
        try await BoardLab.running(
            folder, more: more.replacingOccurrences(of: "FOLDER", with: folder), body)
        #expect(processes(ownedBy: folder + "/state").isEmpty)
    }

    @Test func everybodyIsToldWhyHeWaits() async throws {
        try await withLab { lab in
            try lab.write(BoardLab.board(tags: ["one"]), board: "b1")
            try lab.write(BoardLab.board(tags: ["one"]), board: "b2")
            try await lab.eventually("two boards") { try await lab.boards().boards.count == 2 }
            let first = try await lab.lab.submit(lab.holdingJob(tag: "one", gate: "go"))
            let second = try await lab.lab.submit(lab.holdingJob(tag: "one", gate: "go"))
            let third = try await lab.lab.submit(BoardLab.job(tag: "one"))
            let fourth = try await lab.lab.submit(BoardLab.job(tag: "one"))
            try await lab.untilRuns(first)
            try await lab.untilRuns(second)
            let listing = try await lab.daemon.ctl(["queue"])
            #expect(listing.status == 0)
            #expect(
                listing.output.contains("2 of 2 sim boards with the tag one are busy; next in the queue\n"),
                "\(listing.output)")
            #expect(listing.output.contains("2 of 2 sim boards with the tag one are busy; 1 job ahead in the queue\n"))
            let job = try await lab.daemon.ctl(["job", String(fourth)])
            #expect(
                job.output.contains("2 of 2 sim boards with the tag one are busy; 1 job ahead in the queue\n"),
                "\(job.output)")
            let queue: QueueInfo = try await lab.lab.get("/api/v1/queue?limit=1")
            #expect(queue.jobs.map(\.job.id) == [third] && queue.total == 2 && queue.pauses.isEmpty)
            try lab.open(gate: "go")
            try await lab.expectUndisturbed([first, second, third, fourth])
            #expect(try await lab.daemon.ctl(["queue"]).output == "no job waits\n")
        }
    }

    @Test func aBoardProvesItselfFirstAndAgainAfterSomethingHappened() async throws {
        try await withLab(more: "health_checks: {folder: FOLDER/health, jobs: 2}") { lab in
            // The folder is looked at every few seconds; its file is there before the board.
            try BoardLab.write(BoardLab.job(tag: "one"), to: lab.folder + "/health/sim.yaml")
            try await Task.sleep(for: .seconds(6))
            try lab.write(BoardLab.board(tags: ["one"]), board: "b1")
            try await lab.eventually("the board") { try await lab.boards().boards.count == 1 }
            var jobs: [Int64] = []
            for _ in 0..<3 { jobs.append(try await lab.lab.submit(BoardLab.job(tag: "one"))) }
            try await lab.expectUndisturbed(jobs)
            let list: JobList = try await lab.lab.get("/api/v1/jobs?submitter=lava-health")
            // One before all of them, one between the second and the third.
            #expect(list.total == 2, "\(list.jobs.map(\.id))")
            #expect(list.jobs.allSatisfy { $0.health == "Complete" && $0.requestedBoard == "b1" })

            // A check that fails.
            let broken = HostileJob(
                tag: "one", blocks: [], first: "- boot: {method: minimal, prompts: [never], timeout: {seconds: 2}}")
            try BoardLab.write(broken.text, to: lab.folder + "/health/sim.yaml")
            #expect(try await lab.daemon.ctl(["board", "b1", "--health", "unknown"]).status == 0)
            try await lab.eventually("the board is Bad") { try await lab.board("b1")?.health == "Bad" }
            #expect(try await lab.board("b1")?.healthReason?.hasPrefix("health check ") == true)
            let waiting = try await lab.lab.submit(BoardLab.job(tag: "one"))
            let why = try await lab.job(waiting).waiting ?? ""
            #expect(
                why.hasPrefix("no board of type sim with the tag one takes jobs: b1 is Bad (health check "), "\(why)")
            // Mended, and believed.
            #expect(try await lab.daemon.ctl(["board", "b1", "--health", "good"]).status == 0)
            try await lab.expectUndisturbed([waiting])
        }
    }
}

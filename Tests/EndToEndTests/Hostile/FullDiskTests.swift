import Foundation
import LabWire
import Testing

/// A state folder whose disk fills up in the middle of a job, and is given space again.
@Suite(.serialized) struct FullDiskTests {
    /// Only root can give labd a small disk of its own.
    static var canMount: Bool { getuid() == 0 }

    @Test(.enabled(if: canMount, "needs root: a small disk is mounted for labd alone"))
    func aFullDiskEndsJobsWithItsReasonAndLosesNothing() async throws {
        let state = try temporaryFolder()
        defer {
            for path in [state, state + ".yaml", state + ".sock"] { try? FileManager.default.removeItem(atPath: path) }
        }
        let boards = """
            boards:
            - {name: one, type: sim, driver: sim, tags: [one]}
            - {name: two, type: sim, driver: sim, tags: [two]}
            """ + "\n"
        try await Daemon.with(state: state, configuration: boards, disk: 24) { daemon in
            let lab = HostileLab(daemon: daemon)
            let first = try await lab.run(HostileJob(tag: "one", blocks: [Self.talk(2)]))
            #expect(first.job.health == "Complete", "\(first.failure)")
            let caught = try await lab.submit(HostileJob(tag: "one", blocks: [Self.talk(40)]).text)
            try await Self.until("the job talks") {
                let results: JobResults = try await lab.get("/api/v1/jobs/\(caught)/results")
                return results.results.contains { $0.name == "step-1" }
            }
            let told: JobResults = try await lab.get("/api/v1/jobs/\(caught)/results")
            try Self.fill(daemon.files + "/filler")

            // Nothing is acknowledged that cannot be kept; what can be read is read.
            let socket = daemon.socket
            var refusal = RawHTTP.Answer(status: 0, body: [])
            var acknowledged: [Int64] = []
            for _ in 0..<200 where refusal.status < 400 {
                refusal = try await onThread {
                    let text = HostileJob(tag: "two", blocks: []).text
                    return try RawHTTP.ask(socket, "POST", "/api/v1/jobs", body: Array(text.utf8))
                }
                if refusal.status == 201 { acknowledged.append(try refusal.decoded(as: Submitted.self).id) }
            }
            print(
                "hostile: full disk: POST \(refusal.status) \(refusal.text), \(acknowledged.count) acknowledged before")
            #expect((500...599).contains(refusal.status))
            #expect(refusal.text.contains("the disk is full"))
            try await Task.sleep(for: .seconds(2))
            let again: JobInfo = try await lab.get("/api/v1/jobs/\(first.job.id)")
            #expect(again == first.job)

            try FileManager.default.removeItem(atPath: daemon.files + "/filler")
            let ending = try await lab.ending(caught)
            print("hostile: full disk: \(ending.failure)")
            #expect(ending.job.failure?.type == "Infrastructure", "\(ending.failure)")
            #expect(ending.failure.contains("the disk is full"))
            #expect(ending.results.starts(with: told.results))
            for id in acknowledged { #expect(try await lab.ending(of: id).isFinished) }
            for tag in ["one", "two"] {
                let next = try await lab.run(HostileJob(tag: tag, blocks: [Self.talk(1)]))
                #expect(next.job.health == "Complete", "\(tag): \(next.failure)")
            }
        }
        #expect(processes(ownedBy: state).isEmpty)
    }

    private static func talk(_ steps: Int) -> String {
        HostileJob.dialogue("talk", seconds: 60, (0..<steps).map { ("sleep 0.3; echo line \($0)", "line \($0)") })
    }

    /// Takes all the space there is, to the last block.
    static func fill(_ path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        guard descriptor >= 0 else { throw RawConnection.Broken(call: "open", code: errno) }
        defer { close(descriptor) }
        var size = 1 << 20
        let bytes = [UInt8](repeating: 0x55, count: size)
        while size >= 512 { if write(descriptor, bytes, size) < size { size /= 2 } }
    }

    private static func until(_ what: String, _ isTrue: () async throws -> Bool) async throws {
        for _ in 0..<600 {
            if try await isTrue() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw DaemonError(text: "never: \(what)")
    }
}

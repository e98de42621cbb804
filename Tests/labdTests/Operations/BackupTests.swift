import Foundation
import LabModel
import LabSimulation
import LabStore
import Testing

@testable import labd

@Suite struct BackupTests {
    private let world: UpkeepWorld

    init() throws {
        world = try UpkeepWorld()
    }

    private var target: String { world.folder.path + "/backup" }

    private func backup(recordings: Bool = false) throws -> BackupManifest {
        try StateBackup(
            places: world.places, target: target, takesRecordings: recordings, clock: world.clock
        ).run()
    }

    private func restore(to name: String, replaces: Bool = false) throws -> StateRestore.Outcome {
        try StateRestore(
            source: target, places: StatePlaces(root: world.folder.path + "/" + name), replaces: replaces,
            clock: world.clock
        ).run()
    }

    private func content(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    @Test func aBackupHasWhatTheStateFolderHasAndDigestsOfIt() async throws {
        let job = try await world.job(recording: true)
        try world.write(world.places.token, "secret\n")
        chmod(world.places.token, 0o600)
        let manifest = try backup()
        #expect(
            manifest.files.map(\.path) == [
                "labd.sqlite", "logs/jobs/\(job).jsonl", "powercut/\(job)-0/campaign.journal",
                "powercut/\(job)-0/report.html", "powercut/\(job)-0/report.json", "token",
            ])
        #expect(manifest.database.jobs == 1 && manifest.version == labdVersion)
        #expect(HostEntry(target + "/token")?.mode == 0o600)
        #expect(HostEntry(target)?.mode == 0o700)
        #expect(try BackupManifest(of: target) == manifest)
        #expect(try StateCheck(places: StatePlaces(root: target), isServed: false).run().isEmpty)
        #expect(!world.has(target + ".part"))
    }

    @Test func recordingsGoAlongWhenTheyAreAskedFor() async throws {
        _ = try await world.job(recording: true)
        #expect(try backup(recordings: true).files.filter { $0.path.hasSuffix(".img") }.count == 1)
    }

    @Test func aTargetThatIsThereIsRefused() async throws {
        try world.write(target + "/something", "mine")
        let failure = #expect(throws: Failure.self) { try backup() }
        #expect(failure?.type == .configuration)
        #expect(content(target + "/something") == "mine")
        let inside = StateBackup(places: world.places, target: world.places.root + "/backup")
        #expect(throws: Failure.self) { try inside.run() }
    }

    @Test func whatComesBackIsWhatWasThere() async throws {
        let job = try await world.job(recording: true)
        let waiting = try await world.store.submit(.sample(.sample("waits")))
        try world.write(world.places.token, "secret\n")
        chmod(world.places.token, 0o600)
        _ = try backup()
        let outcome = try restore(to: "again")
        #expect(outcome.aside == nil && outcome.findings.isEmpty)
        let places = StatePlaces(root: world.folder.path + "/again")
        #expect(content("\(places.jobLogs)/\(job).jsonl") == "a line\n" && content(places.token) == "secret\n")
        #expect(HostEntry(places.token)?.mode == 0o600)
        let store = try SQLiteStore(path: places.database, clock: world.clock)
        #expect(try await store.queue().map(\.id) == [waiting])
        #expect(try await store.job(job) == world.store.job(job))
        #expect(try await store.submit(.sample()) > waiting)
    }

    @Test func aStateFolderInUseIsRefusedAndOneThatIsThereIsPutAside() async throws {
        _ = try await world.job()
        _ = try backup()
        let failure = #expect(throws: Failure.self) { try restore(to: "state", replaces: true) }
        #expect(failure?.message == "another labd (process \(getpid())) uses this state folder")

        _ = try restore(to: "again")
        let refusal = #expect(throws: Failure.self) { try restore(to: "again") }
        #expect(refusal?.message == "there is a state folder already")
        let aside = try #require(try restore(to: "again", replaces: true).aside)
        #expect(world.has(aside + "/labd.sqlite") && world.has(world.folder.path + "/again/labd.sqlite"))
    }

    @Test func aDamagedBackupChangesNothing() async throws {
        let job = try await world.job()
        _ = try backup()
        try world.write("\(target)/logs/jobs/\(job).jsonl", "A line\n")
        let failure = #expect(throws: Failure.self) { try restore(to: "again") }
        #expect(failure?.message == "logs/jobs/\(job).jsonl of the backup is not what its manifest says")
        #expect(!world.has(world.folder.path + "/again") && !world.has(world.folder.path + "/again.restoring"))
        let findings = try StateCheck(places: StatePlaces(root: target), isServed: false).run()
        #expect(findings.map(\.message) == ["logs/jobs/\(job).jsonl is not what the manifest says of it"])
    }

    @Test func aManifestCannotNameFilesElsewhere() async throws {
        _ = try await world.job()
        var manifest = try backup()
        manifest.files[0].path = "../escape"
        try FileManager.default.removeItem(atPath: target + "/manifest.json")
        try manifest.write(to: target)
        let failure = #expect(throws: Failure.self) { try restore(to: "again") }
        #expect(failure?.message == "the manifest names the file `../escape`")
    }

    @Test func aFolderWithoutAManifestIsNoBackup() throws {
        #expect(throws: Failure.self) { try restore(to: "again") }
    }

    @Test func filesWithoutRowsAndRowsWithoutFilesAreFound() async throws {
        let check = StateCheck(places: world.places, isServed: true)
        _ = try await world.store.beginEpoch()
        try await world.store.setBoards([.sample("one")])
        let epoch = try await world.store.beginEpoch()
        let job = try await world.store.submit(.sample())
        let lease = try #require(try await world.store.lease("one", to: job, epoch: epoch))
        _ = try await world.store.start(lease)
        try await world.store.finish(lease, JobOutcome(health: .complete))
        #expect(try check.run().map(\.message) == ["job \(job) ran, and its log is missing"])
        try world.write(world.log(job), "a line\n")
        #expect(try check.run().isEmpty)

        _ = try await world.job()
        #expect(try await world.store.forgetLogs(of: [job], keepLast: 0) == [job])
        let notes = try check.run()
        #expect(notes.map(\.severity) == [.note] && notes[0].message.hasPrefix("retention has forgotten the log"))

        try FileManager.default.removeItem(atPath: world.log(job))
        try world.write(world.places.powerCuts + "/strange/x", "x")
        #expect(try check.run().map(\.message) == ["there is a recording strange, and no such job"])
        try world.write(world.places.token, "secret\n")
        chmod(world.places.token, 0o644)
        #expect(try check.run().contains { $0.severity == .error && $0.subject == "token" })
    }
}

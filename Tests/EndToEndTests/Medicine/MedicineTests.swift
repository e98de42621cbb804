import Foundation
import Testing

/// labd takes its own medicine: it runs on a computer whose disk is its state folder, and the states are explored that a
/// power cut can leave there. Takes an hour, so it runs by `scripts/test-medicine` alone.
@Suite(.serialized) struct MedicineTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let runs = environment["LABD_TEST_MEDICINE"] != nil
    /// Boots for the torn writes and the lost ones, which are too many for all of them.
    private static let sample = environment["LABD_TEST_MEDICINE_BOOTS"].flatMap(Int.init) ?? 60

    private static let configuration = "boards:\n- {name: labd-1, type: virt-x86-labd, driver: qemu}\n"

    @Test(.enabled(if: runs, "a long one: make test-medicine"), .timeLimit(.minutes(300)))
    func nothingAcknowledgedIsLostWhenThePowerGoes() async throws {
        let state = try temporaryFolder()
        let sampled = state + "-sampled.yaml"
        defer { for path in [state, sampled] { try? FileManager.default.removeItem(atPath: path) } }
        let example = Programs.checkout + "/examples/powercut/labd.yaml"
        let text = try String(contentsOfFile: example, encoding: .utf8)
            .replacing("on: virtual", with: "on: virtual\n    trace: 1")
            .replacing("budget: {boots: 1500}", with: "budget: {boots: \(Self.sample), per_epoch: 2}")
        try await Daemon.with(state: state, configuration: Self.configuration) { daemon in
            let whole = try await Self.explore(example, job: 1, daemon)
            #expect(whole.end == "completed")
            // Every number of whole writes, and some of them after the last acknowledgement.
            #expect(whole.states(of: "prefix").count > 100)
            for (job, model) in [(2, "torn"), (3, "subsets")] {
                try text.replacing("models: [prefix]", with: "models: [\(model)]")
                    .write(toFile: sampled, atomically: true, encoding: .utf8)
                let part = try await Self.explore(sampled, job: job, daemon)
                #expect(part.states.contains { $0.model == model })
            }
        }
        #expect(processes(ownedBy: state).isEmpty)
    }

    /// An exploration that finds nothing proves something only if it could: the same labd with every `fsync` left out
    /// acknowledges what a cut takes away.
    @Test(.enabled(if: runs, "a long one: make test-medicine"), .timeLimit(.minutes(60)))
    func aLabdThatNeverSyncsIsFoundOut() async throws {
        let (state, types) = (try temporaryFolder(), try temporaryFolder())
        let file = state + "-unsynced.yaml"
        defer { for path in [state, types, file] { try? FileManager.default.removeItem(atPath: path) } }
        let type = "virt-x86-labd-unsynced"
        try "extends: virt-x86-labd\ndescription: labd that never syncs\nemulator: {kit: amd64-labd-unsynced}\n"
            .write(toFile: "\(types)/\(type).yaml", atomically: true, encoding: .utf8)
        let configuration = "device_types: ['\(types)']\nboards:\n- {name: labd-1, type: \(type), driver: qemu}\n"
        let example = Programs.checkout + "/examples/powercut/labd.yaml"
        try String(contentsOfFile: example, encoding: .utf8)
            .replacing("device_type: virt-x86-labd", with: "device_type: \(type)")
            .replacing("budget: {boots: 1500}", with: "budget: {boots: \(Self.sample)}")
            .write(toFile: file, atomically: true, encoding: .utf8)
        try await Daemon.with(state: state, configuration: configuration) { daemon in
            let report = try await Self.report(file, job: 1, daemon)
            #expect(report.isSound, "\(report.recheck.wrong)")
            let broken = report.failing.filter { $0.verdict == "lost-update" }
            #expect(!broken.isEmpty, "\(report.line)")
        }
        #expect(processes(ownedBy: state).isEmpty)
    }

    /// Every state that was decided passes: labd starts, its database is whole, and what was acknowledged is there.
    private static func explore(_ file: String, job: Int, _ daemon: Daemon) async throws -> ZooReport {
        let report = try await report(file, job: job, daemon)
        #expect(report.isSound, "\(report.recheck.wrong)")
        // What nobody could look at any more has no verdict; that is said, and no state that was looked at may fail.
        #expect(report.failing.isEmpty, "\(report.failing.prefix(8))")
        return report
    }

    private static func report(_ file: String, job: Int, _ daemon: Daemon) async throws -> ZooReport {
        let outcome = try await Programs.run(
            Programs.lablctl, ["--server", daemon.server, "submit", "--wait", file], limit: .seconds(10_000))
        #expect(outcome.output.contains("job \(job): Complete"), "\(outcome.output)\(outcome.errors)")
        let text = try await daemon.ctl(["powercut", "report", "\(job)", "--form", "json"])
        let report = try JSONDecoder().decode(ZooReport.self, from: Data(text.output.utf8))
        print("medicine: \(report.line)")
        return report
    }
}

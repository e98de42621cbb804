import Foundation
import LabWire
import Subprocess
import SystemPackage
import Testing

/// Every example job, run by the real daemon on virtual boards.
@Suite(.serialized) struct ExampleTests {
    /// An example, how it should end, and the cases that should fail.
    struct Expectation: Sendable, CustomTestStringConvertible {
        var file: String
        var health = "Complete"
        var failing: [String] = []
        /// Whether the job runs its cases several times.
        var repeats = false

        var testDescription: String { file }
    }

    /// Examples that do not simply pass.
    static let special = ["repeat.yaml": Expectation(file: "repeat.yaml", repeats: true)]

    static var all: [Expectation] {
        let folder = Programs.checkout + "/examples/lava"
        let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        return files.filter { $0.hasSuffix(".yaml") }.map { special[$0] ?? Expectation(file: $0) }
    }

    @Test func thereAreEnough() {
        #expect(Self.all.count >= 15)
    }

    @Test func allRun() async throws {
        let state = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: state) }
        let bench = try await ExampleBench(state: state)
        try await Daemon.with(state: state, configuration: try bench.configuration()) { daemon in
            var jobs: [(Expectation, Int64)] = []
            for expectation in Self.all {
                jobs.append((expectation, try await daemon.submit(try bench.prepared(expectation.file))))
            }
            for (expectation, id) in jobs {
                let (job, results) = try await daemon.ending(of: id)
                #expect(job.health == expectation.health, "\(expectation.file): \(String(describing: job.failure))")
                let failing = results.results.filter { $0.result == "fail" && $0.suite != "lava" }.map(\.name)
                #expect(failing == expectation.failing, "\(expectation.file)")
                let cases = results.results.filter { $0.suite != "lava" }.map { "\($0.suite)/\($0.name)" }
                #expect(
                    expectation.repeats != (Set(cases).count == cases.count),
                    "\(expectation.file): cases that came \(cases)")
            }
        }
        #expect(processes(ownedBy: state).isEmpty)
    }
}

/// The places that example jobs name by words: a folder of files, and a git repository.
struct ExampleBench: Sendable {
    let state: String
    let files: String
    let repository: String

    init(state: String) async throws {
        self.state = state
        files = state + "/files"
        repository = files + "/suite"
        try FileManager.default.copyItem(atPath: Programs.checkout + "/examples/lava/files", toPath: files)
        let author = ["-c", "user.name=lab", "-c", "user.email=lab@localhost"]
        for arguments in [["init", "-q", "-b", "main"], ["add", "."], author + ["commit", "-q", "-m", "suite"]] {
            let outcome = try await Programs.run("/usr/bin/git", ["-C", repository] + arguments)
            try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
        }
        // With firmware: the machine differs without (it then has a GPIO block that ours lacks).
        let dump = "virt,gic-version=2,dumpdtb=\(files)/virt.dtb"
        let outcome = try await Programs.run(
            "/usr/bin/qemu-system-aarch64",
            [
                "-M", dump, "-bios", Programs.kit + "/u-boot.bin", "-cpu", "cortex-a53", "-m", "256",
                "-display", "none", "-nic", "none",
            ])
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    /// The boards that the examples want.
    func configuration() throws -> String {
        try String(contentsOfFile: files + "/labd.yaml", encoding: .utf8)
            .replacingOccurrences(of: "@FOLDER@", with: files)
    }

    /// The example with its words replaced, as a file of its own.
    func prepared(_ name: String) throws -> String {
        let text = try String(contentsOfFile: Programs.checkout + "/examples/lava/" + name, encoding: .utf8)
            .replacingOccurrences(of: "@FILES@", with: files)
            .replacingOccurrences(of: "@GIT@", with: repository)
        let path = "\(state)/\(name)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}

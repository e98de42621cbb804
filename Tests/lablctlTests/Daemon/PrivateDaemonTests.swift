import Foundation
import Glibc
import LabModel
import Testing

@testable import lablctl

@Suite(.timeLimit(.minutes(5))) struct PrivateDaemonTests {
    /// A program that stands in for labd, in a folder of its own.
    private func withProgram<Value>(_ script: String, _ body: (String, String) async throws -> Value) async throws
        -> Value
    {
        let folder = try TemporaryFolder(environment: [:])
        defer { folder.remove() }
        let program = folder.path + "/labd"
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: program))
        chmod(program, 0o755)
        return try await body(program, folder.path)
    }

    private func daemon(_ program: String, limit: Duration) -> PrivateDaemon {
        PrivateDaemon(
            program: program, clock: SystemLabClock(), startLimit: limit, endLimit: .milliseconds(300))
    }

    @Test func aLabdThatEndsAtOnceIsReportedWithWhatItSaid() async throws {
        try await withProgram("echo 'no kit here' >&2; exit 3") { program, _ in
            let error = await #expect(throws: CommandError.self) {
                try await daemon(program, limit: .seconds(30)).run(note: { _ in }) { _ in }
            }
            #expect(error?.status == .internalError)
            #expect(error?.failure.message.contains("labd ended while it started; it said:\n  | no kit here") == true)
        }
    }

    @Test func aLabdThatRefusesItsConfigurationIsPassedThrough() async throws {
        let script = "echo 'a log line'; echo 'labd: c.yaml:3:3: error: unknown key' >&2; echo '  second' >&2; exit 78"
        try await withProgram(script) { program, _ in
            let error = await #expect(throws: CommandError.self) {
                try await daemon(program, limit: .seconds(30)).run(note: { _ in }) { _ in }
            }
            #expect(error?.status == .configuration)
            #expect(error?.failure.message == "c.yaml:3:3: error: unknown key\n  second")
            #expect(error?.failure.advice == nil)
        }
    }

    @Test func aComplaintWithoutANameIsTheLastLine() {
        #expect(DaemonComplaint.text(in: ["one", "two"]) == "two")
        #expect(!DaemonComplaint.text(in: []).isEmpty)
    }

    @Test func aLabdThatNeverAnswersIsEnded() async throws {
        // TERM is ignored, so only the kill at the end of the sequence ends it.
        try await withProgram("trap '' TERM; echo $$ > \"${0%/*}/pid\"; while :; do sleep 0.1; done") {
            program, folder in
            let error = await #expect(throws: CommandError.self) {
                try await daemon(program, limit: .milliseconds(500)).run(note: { _ in }) { _ in }
            }
            #expect(error?.failure.message.hasPrefix("labd does not answer after") == true)
            let text = try #require(HostFiles.readText(folder + "/pid", limit: 20))
            let process = try #require(pid_t(text.trimmedOfWhitespace))
            #expect(kill(process, 0) == -1)
        }
    }

    @Test func labdIsToldWhereToListen() async throws {
        try await withProgram("echo \"$@\" > \"${0%/*}/arguments\"; exit 1") { program, folder in
            _ = try? await daemon(program, limit: .seconds(30)).run(note: { _ in }) { _ in }
            let arguments = try #require(HostFiles.readText(folder + "/arguments", limit: 4096))
            #expect(arguments.hasPrefix("--ephemeral --socket /tmp/lablctl-"))
            #expect(arguments.contains("/labd.sock --state /tmp/lablctl-"))
        }
    }

    @Test func theTemporaryFolderIsForUsAlone() throws {
        let folder = try TemporaryFolder(environment: ["TMPDIR": "/" + String(repeating: "x", count: 100)])
        defer { folder.remove() }
        var status = stat()
        #expect(stat(folder.path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
        #expect(folder.path.hasPrefix("/tmp/lablctl-"))
    }

    @Test func labdIsFoundByOptionThenEnvironmentThenNeighbourThenPath() throws {
        func locator(_ programs: Set<String>, environment: [String: String]) -> LabdLocator {
            LabdLocator(environment: environment, programFolder: "/opt/bin", isExecutable: programs.contains)
        }
        let all: Set<String> = ["/o/labd", "/e/labd", "/opt/bin/labd", "/usr/bin/labd"]
        let environment = ["LABD": "/e/labd", "PATH": "/bin:/usr/bin"]
        #expect(try locator(all, environment: environment).locate(option: "/o/labd") == "/o/labd")
        #expect(try locator(all, environment: environment).locate(option: nil) == "/e/labd")
        #expect(try locator(all, environment: ["PATH": "/usr/bin"]).locate(option: nil) == "/opt/bin/labd")
        #expect(
            try locator(["/usr/bin/labd"], environment: ["PATH": "/bin:/usr/bin"]).locate(option: nil)
                == "/usr/bin/labd")
        let error = #expect(throws: CommandError.self) { try locator([], environment: [:]).locate(option: nil) }
        #expect(error?.status == .notFound)
        let wrong = #expect(throws: CommandError.self) { try locator(all, environment: [:]).locate(option: "/x/labd") }
        #expect(wrong?.failure.message == "'/x/labd' is not a program")
    }
}

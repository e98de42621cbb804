import Foundation
import LabModel
import Testing

@testable import DeviceDrivers

@Suite(.timeLimit(.minutes(5))) struct CommandDriverTests {
    private let folder = URL.temporaryDirectory.appending(path: "labd-command-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    /// A plug that is a file for each channel that is on.
    private func plug(_ more: [String: DataValue] = [:]) throws -> any SwitchDriver {
        let path = folder.path + "/{channel}"
        let options: [String: DataValue] = [
            "on": .list(["touch", .string(path)]), "off": .list(["rm", "-f", .string(path)]),
            "state": .list(["test", "-e", .string(path)]),
        ]
        return try driver(options.merging(more) { $1 })
    }

    private func driver(_ options: [String: DataValue]) throws -> any SwitchDriver {
        let kind = try #require(DriverRegistry.kind(named: "command"))
        return try kind.make(try DriverOptions(options, of: kind.facts, device: "the-plug"), LoopbackLinks())
    }

    private var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
    }

    @Test func switchesAndReads() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await blocking {
            var driver = try plug()
            #expect(try driver.read(3) == false)
            try driver.set(3, true)
            try driver.set(12, true)
            #expect(try files == ["12", "3"])
            #expect(try driver.read(3) == true)
            try driver.set(3, false)
            #expect(try files == ["12"])
            #expect(try driver.read(3) == false)
            #expect(try driver.pulse(3, true, for: .seconds(1)) == false)
        }
    }

    @Test func exitCodesMeanWhatTheEntrySays() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await blocking {
            let codes: [(Int64, Bool?)] = [(5, true), (0, false), (1, nil), (143, nil)]
            for (code, expected) in codes {
                let state: DataValue = .list([.string("sh"), .string("-c"), .string("exit \(code)")])
                var driver = try plug(["state": state, "exit_on": .integer(5), "exit_off": .integer(0)])
                #expect(try driver.read(0) == expected)
            }
            var mute = try driver(["on": ["true"], "off": ["true"]])
            #expect(try mute.read(0) == nil)
        }
    }

    @Test func whatAProgramComplainsOfIsTold() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await blocking {
            var driver = try plug(["on": ["sh", "-c", "echo no such outlet >&2; exit 3"]])
            #expect(
                "\(try failure { try driver.set(1, true) })"
                    == "the-plug: `sh` failed with code 3 and said \"no such outlet \"")
            var missing = try plug(["on": ["labd-has-no-such-program"]])
            let failure = try failure { try missing.set(1, true) }
            #expect(failure.type == .infrastructure)
            #expect(failure.message == "`labd-has-no-such-program` cannot be run: it is not installed, or not in PATH")
        }
    }

    @Test func aProgramThatHangsEndsWithAllItStarted() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await blocking {
            let pids = folder.path + "/pids"
            var driver = try plug([
                "timeout": "1s",
                "on": ["sh", "-c", .string("sleep 1000 & echo $! $$ > \(pids); wait")],
            ])
            let failure = try failure { try driver.set(1, true) }
            #expect(failure.type == .infrastructure)
            #expect(failure.message.contains("did not end"))
            try expectGone(pids)
        }
    }

    @Test func whatAProgramLeavesBehindEndsWithIt() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await blocking {
            let pids = folder.path + "/pids"
            // The child holds the program's output open, and nobody waits for that.
            var driver = try plug(["on": ["sh", "-c", .string("sleep 1000 & echo $! $$ > \(pids)")]])
            try driver.set(1, true)
            try expectGone(pids)
        }
    }

    @Test func outputWithoutEndIsCutAndDoesNotHoldTheProgramUp() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await blocking {
            let result = try ProcessLink().run(
                "sh", ["-c", "head -c 3000000 /dev/zero; head -c 200000 /dev/zero >&2; exit 7"], environment: [:],
                timeout: .seconds(60))
            #expect(result.status == 7)
            #expect(result.output.count == 65_536)
            #expect(result.errors.count == 65_536)
        }
    }

    @Test func signalsAndVariablesComeThrough() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await blocking {
            let killed = try ProcessLink().run("sh", ["-c", "kill -TERM $$"], environment: [:], timeout: .seconds(60))
            #expect(killed.status == 128 + 15)
            let result = try ProcessLink().run(
                "sh", ["-c", "printf %s \"$PLUG_NAME\""], environment: ["PLUG_NAME": "büro"], timeout: .seconds(60))
            #expect(String(decoding: result.output, as: UTF8.self) == "büro")
        }
    }

    private static let yes: DataValue = .list([.string("true")])
    private static let nonsense: [[String: DataValue]] = [
        ["on": .string("touch x"), "off": yes],
        ["on": .list([]), "off": yes],
        ["on": .list([.string("")]), "off": yes],
        ["on": .list([yes]), "off": yes],
        ["on": .list([.string("a\0b")]), "off": yes],
        ["on": yes],
        ["on": yes, "off": yes, "exit_on": .integer(1)],
    ]

    @Test(arguments: nonsense)
    func entriesThatMakeNoSenseAreRefused(_ options: [String: DataValue]) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(try failure { _ = try driver(options) }.type == .configuration)
    }

    /// The processes whose numbers a program wrote come to their end, at once but not in no time.
    private func expectGone(_ path: String) throws {
        let numbers = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isWhitespace)
        #expect(numbers.count == 2)
        for number in numbers {
            guard let process = pid_t(number).flatMap({ ChildProcess($0) }) else { continue }
            #expect(OutputPipe.drain([], until: process, LinkDeadline(.seconds(60))), "\(number) still runs")
        }
    }
}

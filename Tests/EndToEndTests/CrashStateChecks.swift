import Foundation
import LabWire
import SystemPackage
import Testing

/// What a person does with a recording that is there: boots a state, takes its image, sits down at its console.
struct CrashStateChecks {
    var daemon: Daemon
    /// The job that recorded the textbook's update.
    var job: Int64
    /// A state in which the boot loader gives up.
    var failing: String

    func run() async throws {
        try await aFailingStateFailsAgain()
        try await anImageIsTheDiskOfItsState()
        try await statesThatAreNotThereAreRefused()
        try await aTerminalIsPutOnTheConsole()
        try await aBoardEndsWithItsClient()
    }

    private func aFailingStateFailsAgain() async throws {
        let outcome = try await daemon.ctl(["powercut", "boot", "\(job)", failing, "--json"])
        let boot = try JSONDecoder().decode(CrashBootInfo.self, from: Data(outcome.output.utf8))
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(boot.verdict == "bootloader" && !boot.allowed && boot.state == failing)
        #expect(boot.lastLines.contains { $0.contains("Failed to load") }, "\(boot.lastLines)")
    }

    private func anImageIsTheDiskOfItsState() async throws {
        let file = daemon.state + "-crash.img"
        defer { try? FileManager.default.removeItem(atPath: file) }
        #expect(try await daemon.ctl(["powercut", "export", "\(job)", "w0", "-o", file]).status == 0)
        #expect(FileManager.default.contentsEqual(atPath: file, andPath: daemon.files + "/powercut/\(job)-0/base.img"))
        let outcome = try await daemon.ctl(["powercut", "export", "\(job)", failing, "-o", file])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let head = try await head(of: "/api/v1/jobs/\(job)/power-cut-image?state=\(failing)")
        let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int
        #expect(head["content-length"] == size.map(String.init))
        let sum = try await Programs.run("/usr/bin/sha256sum", [file]).output.prefix(64)
        let bytes = stride(from: 0, to: 64, by: 2).compactMap { UInt8(sum.dropFirst($0).prefix(2), radix: 16) }
        #expect(head["repr-digest"] == "sha-256=:\(Data(bytes).base64EncodedString()):")
    }

    /// The fields of an answer whose body nobody waits for.
    private func head(of target: String) async throws -> [String: String] {
        let socket = daemon.socket
        return try await onThread {
            let connection = try RawConnection(unixSocket: socket)
            try connection.send(RawHTTP.head("GET", target, ["Connection: close"]))
            var received: [UInt8] = []
            while received.firstRange(of: Array("\r\n\r\n".utf8)) == nil {
                guard let bytes = try connection.receive(upTo: 4096), !bytes.isEmpty else { break }
                received += bytes
            }
            let lines = String(decoding: received, as: UTF8.self).components(separatedBy: "\r\n")
            let fields = lines.dropFirst().prefix { !$0.isEmpty }.map { $0.split(separator: ":", maxSplits: 1) }
            return Dictionary(
                fields.filter { $0.count == 2 }.map {
                    ($0[0].lowercased(), $0[1].trimmingCharacters(in: .whitespaces))
                }, uniquingKeysWith: { first, _ in first })
        }
    }

    private func statesThatAreNotThereAreRefused() async throws {
        for (state, status, said) in [
            ("x9", 64, "is no crash state"), ("w9999", 66, "writes: w0 to w"), ("w1:first999999", 66, "sectors"),
        ] as [(String, Int32, String)] {
            let outcome = try await daemon.ctl(["powercut", "boot", "\(job)", state])
            #expect(outcome.status == status && outcome.errors.contains(said), "\(state): \(outcome)")
        }
        #expect(try await daemon.ctl(["powercut", "boot", "999", "w0"]).status == 66)
    }

    /// script(1) gives lablctl a terminal; what is written to the pipe is typed at it.
    private func aTerminalIsPutOnTheConsole() async throws {
        let output = daemon.state + "-console"
        defer { for end in ["", ".in"] { try? FileManager.default.removeItem(atPath: output + end) } }
        let script = """
            mkfifo "$1.in"; exec 3<>"$1.in"
            setpriv --pdeathsig KILL -- script -qfec "$2" /dev/null <"$1.in" >"$1" 2>&1 &
            shown() { for turn in $(seq 200); do grep -q "$1" "$2" && return; sleep 0.1; done; }
            shown '=> ' "$1"; printf 'printenv board\\r' >&3
            shown 'board=qemu-arm' "$1"; printf '\\035' >&3
            wait; cat "$1"
            """
        let line =
            "'\(Programs.lablctl)' --server '\(daemon.server)' powercut boot \(job) '\(failing)' --console"
        let outcome = try await Programs.run("/bin/sh", ["-c", script, "sh", output, line])
        #expect(outcome.output.contains("board=qemu-arm"), "\(outcome.output)")
        #expect(outcome.output.contains("what it wrote is gone"), "\(outcome.output)")
        #expect(processes(ownedBy: daemon.state).isEmpty)
    }

    private func aBoardEndsWithItsClient() async throws {
        let (socket, target) = (daemon.socket, "/api/v1/jobs/\(job)/power-cut-twin?state=w0")
        try await onThread {
            let connection = try RawConnection(unixSocket: socket)
            try connection.send(RawHTTP.head("POST", target, ["Content-Length: 0"]))
            var received: [UInt8] = []
            while received.firstRange(of: Array("event: bytes".utf8)) == nil {
                guard let bytes = try connection.receive(), !bytes.isEmpty else { break }
                received += bytes
            }
            #expect(received.firstRange(of: Array("event: bytes".utf8)) != nil)
        }
        for _ in 0..<100 where !processes(ownedBy: daemon.state).isEmpty {
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(processes(ownedBy: daemon.state).isEmpty)
    }
}

import Foundation
import LabWire
import Testing

/// Clients of the API that are not nice.
@Suite(.serialized) struct HostileClientTests {
    @Test func aBodyOfAHundredMegabytesIsRefusedEarly() async throws {
        try await HostileLab.with { lab in
            let socket = lab.socket
            let before = lab.memory
            // Told by its length: refused before any of it is read.
            let told = try await onThread {
                let connection = try RawConnection(unixSocket: socket)
                try connection.send(
                    RawHTTP.head("POST", "/api/v1/jobs", ["Content-Length: \(100 << 20)", "Connection: close"]))
                var answer: [UInt8] = []
                while RawHTTP.answer(in: answer) == nil, let bytes = try connection.receive(), !bytes.isEmpty {
                    answer += bytes
                }
                return RawHTTP.answer(in: answer)
            }
            #expect(told?.status == 413)
            print("hostile: 100 MB: \(told?.text ?? "no answer")")
            // Not told, as a stream of chunks: refused after the first megabyte.
            let (untold, sent) = try await onThread {
                let connection = try RawConnection(unixSocket: socket)
                try connection.send(RawHTTP.head("POST", "/api/v1/jobs", ["Transfer-Encoding: chunked"]))
                let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: UInt8(ascii: "a"), count: 65_536)
                var sent = 0
                var answer: [UInt8] = []
                while sent < 100 << 20, RawHTTP.answer(in: answer) == nil {
                    guard (try? connection.send(chunk + Array("\r\n".utf8))) != nil else { break }
                    sent += 65_536
                    // A client that looks up from its work now and then.
                    if sent % (1 << 20) == 0 { usleep(50_000) }
                    answer += connection.whatIsThere()
                }
                return (RawHTTP.answer(in: answer), sent)
            }
            print("hostile: 100 MB in chunks: \(untold?.text ?? "connection closed") after \(sent >> 10) KiB")
            #expect(untold?.status == 413)
            #expect(sent < 50 << 20)
            #expect(lab.memory - before < 48 << 20)
        }
    }

    /// Far more than people have; and the hands that hold requests back in the middle.
    @Test func aThousandIdleConnectionsAndSlowHeadersHoldNobodyUp() async throws {
        try await HostileLab.with { lab in
            let socket = lab.socket
            let before = lab.memory
            let began = ContinuousClock.now
            let connections = try await onThread {
                try (0..<1000).map { number in
                    let connection = try RawConnection(unixSocket: socket)
                    // A third says nothing, a third stops in its head, a third in its body.
                    if number % 3 == 1 { try connection.send(Array("GET /api/v1/jobs HTTP/1.1\r\nHost: a\r\nX-".utf8)) }
                    if number % 3 == 2 {
                        try connection.send(RawHTTP.head("POST", "/api/v1/jobs", ["Content-Length: 1000"]) + [97])
                    }
                    return connection
                }
            }
            let system: SystemInfo = try await lab.get("/api/v1/system")
            #expect(system.name == "labd")
            print("hostile: 1000 connections: \((lab.memory - before) >> 20) MiB more, \(ContinuousClock.now - began)")
            #expect(lab.memory - before < 96 << 20)
            withExtendedLifetime(connections) {}
        }
    }

    @Test func whatNoBoardCouldEverRunIsRefusedAtTheDoor() async throws {
        try await HostileLab.with { lab in
            let socket = lab.socket
            for (type, says) in [
                ("toaster", "there is no device type `toaster`"),
                ("virt-arm64-ab", "the lab has no board of the type `virt-arm64-ab`"),
            ] {
                // With no tags: a missing tag is another mistake.
                let text = HostileJob(tag: "healthy", type: type, blocks: []).text
                    .replacing("tags: [healthy]\n", with: "")
                let answer = try await onThread {
                    try RawHTTP.ask(socket, "POST", "/api/v1/jobs", body: Array(text.utf8))
                }
                print("hostile: type \(type): \(answer.status) \(answer.text)")
                #expect(answer.status == 422)
                let refusal: ErrorBody = try answer.decoded()
                let told = [refusal.error.message] + (refusal.diagnostics ?? []).map(\.message)
                #expect(told.contains { $0.contains(says) }, "\(told)")
            }
        }
    }

    @Test func aBoardOfAnUnknownDriverEndsTheStartWithItsPlace() async throws {
        let state = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: state) }
        let file = state + "/labd.yaml"
        try "boards:\n- {name: a, type: sim, driver: telepathy}\n".write(
            toFile: file, atomically: true, encoding: .utf8)
        let outcome = try await Programs.run(Programs.labd, ["--state", state, "--no-tcp", "--config", file])
        print("hostile: unknown driver: \(outcome.status) \(outcome.errors)")
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains("labd.yaml:2:"))
    }
}

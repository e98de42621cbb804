import Foundation
import Glibc
import LabModel
import ServiceLifecycle
import Synchronization
import Testing

@testable import LabAPI

@Suite struct ListeningTests {
    /// Runs a server until `body` has returned, then shuts it down gracefully and waits for its end.
    private func serve(
        _ lab: Lab, unixSocket: String? = nil, tcp: LabAPIConfiguration.TCP? = nil,
        _ body: (LabAPIServer, [ListeningAddress], ServiceGroup) async throws -> Void
    ) async throws {
        let wanted = (unixSocket == nil ? 0 : 1) + (tcp == nil ? 0 : 1)
        let (opened, opening) = AsyncStream<ListeningAddress>.makeStream()
        let server = lab.server(unixSocket: unixSocket, tcp: tcp) { opening.yield($0) }
        let services = ServiceGroup(configuration: .init(services: [server], logger: lab.logger))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { opening.finish() }
                try await services.run()
            }
            var addresses: [ListeningAddress] = []
            for await address in opened {
                addresses.append(address)
                if addresses.count == wanted { break }
            }
            if addresses.count == wanted { try await body(server, addresses, services) }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }

    @Test func socketIsForItsOwnerOnlyAndGoneAfterwards() async throws {
        try await withFolder { folder in
            let path = folder + "/labd.sock"
            try await serve(Lab(), unixSocket: path) { _, addresses, _ in
                #expect(addresses == [.unix(path: path)])
                #expect(mode(of: path) == 0o600)
                let answer = try await RawClient(address: .unix(path)).get("/api/v1/system")
                #expect(answer.hasPrefix("HTTP/1.1 200"))
                #expect(answer.contains("\"api\":[\"unix:\(path)\"]"))
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
    }

    @Test func staleSocketIsReplaced() async throws {
        try await withFolder { folder in
            let path = folder + "/labd.sock"
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var place = sockaddr_un()
            place.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &place.sun_path) { $0.copyBytes(from: path.utf8) }
            let bound = withUnsafePointer(to: &place) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            close(descriptor)
            #expect(bound == 0)
            try await serve(Lab(), unixSocket: path) { _, _, _ in
                let health = try await RawClient(address: .unix(path)).get("/healthz")
                #expect(health.contains("ok"))
            }
        }
    }

    @Test func livingSocketIsLeftAlone() async throws {
        try await withFolder { folder in
            let path = folder + "/labd.sock"
            try await serve(Lab(), unixSocket: path) { _, _, _ in
                let failure = await #expect(throws: Failure.self) {
                    try await serve(Lab(), unixSocket: path) { _, _, _ in Issue.record("two listen on one socket") }
                }
                #expect(failure?.type == .configuration)
                let health = try await RawClient(address: .unix(path)).get("/healthz")
                #expect(health.contains("ok"))
            }
        }
    }

    @Test func otherFileAtTheSocketsPathIsLeftAlone() async throws {
        try await withFolder { folder in
            let path = folder + "/labd.sock"
            #expect(FileManager.default.createFile(atPath: path, contents: Data("precious".utf8)))
            let failure = await #expect(throws: Failure.self) {
                try await serve(Lab(), unixSocket: path) { _, _, _ in }
            }
            #expect(failure?.type == .configuration)
            #expect(FileManager.default.contents(atPath: path) == Data("precious".utf8))
        }
    }

    @Test func pathBeyondTheSocketLimitIsExplained() async throws {
        try await withFolder { folder in
            let path = folder + "/" + String(repeating: "x", count: 108)
            let failure = await #expect(throws: Failure.self) {
                try await serve(Lab(), unixSocket: path) { _, _, _ in }
            }
            #expect(failure?.message == "the path of the socket is too long")
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left == [])
        }
    }

    @Test func folderThatIsMissingIsExplained() async {
        let failure = await #expect(throws: Failure.self) {
            try await serve(Lab(), unixSocket: "/nonexistent/labd.sock") { _, _, _ in }
        }
        #expect(failure?.place == "/nonexistent/")
    }

    @Test func serverWithoutAnAddressIsRefused() async {
        await #expect(throws: Failure.self) { try await Lab().server().run() }
    }

    @Test func portIsReportedAndTheTokenAskedFor() async throws {
        let tcp = LabAPIConfiguration.TCP(port: 0, token: APIToken(secret: Lab.secret))
        try await serve(Lab(), tcp: tcp) { _, addresses, _ in
            guard case .tcp("127.0.0.1", let port) = addresses.first, port > 0 else {
                Issue.record("no port in \(addresses)")
                return
            }
            let client = RawClient(address: .tcp(port))
            let refused = try await client.get("/api/v1/jobs")
            #expect(refused.hasPrefix("HTTP/1.1 401"))
            let headers = "Authorization: Bearer \(Lab.secret)\r\n"
            let answered = try await client.get("/api/v1/jobs", headers: headers)
            #expect(answered.hasPrefix("HTTP/1.1 200"))
            let rebound = "GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
            let strange = try await client.exchange(rebound)
            #expect(strange.hasPrefix("HTTP/1.1 403"))
        }
    }

    @Test func takenPortIsExplained() async throws {
        let tcp = LabAPIConfiguration.TCP(port: 0, token: APIToken(secret: Lab.secret))
        try await serve(Lab(), tcp: tcp) { _, addresses, _ in
            guard case .tcp(_, let port) = addresses.first else { return }
            let taken = LabAPIConfiguration.TCP(port: port, token: APIToken(secret: Lab.secret))
            let failure = await #expect(throws: Failure.self) {
                try await serve(Lab(), tcp: taken) { _, _, _ in Issue.record("two listen on one port") }
            }
            #expect(failure?.message == "the API's port is in use by another program")
            #expect(failure?.place == "127.0.0.1:\(port)")
            #expect(failure?.advice == "choose another with --port, or --no-tcp")
        }
    }

    @Test(.timeLimit(.minutes(5))) func takenPortEndsTheSocketToo() async throws {
        try await withFolder { folder in
            let tcp = LabAPIConfiguration.TCP(port: 0, token: APIToken(secret: Lab.secret))
            try await serve(Lab(), tcp: tcp) { _, addresses, _ in
                guard case .tcp(_, let port) = addresses.first else { return }
                let taken = LabAPIConfiguration.TCP(port: port, token: APIToken(secret: Lab.secret))
                let server = Lab().server(unixSocket: folder + "/labd.sock", tcp: taken)
                let failure = await #expect(throws: Failure.self) { try await server.run() }
                #expect(failure?.place == "127.0.0.1:\(port)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
    }

    @Test(.timeLimit(.minutes(5))) func unusableSocketEndsThePortToo() async throws {
        try await withFolder { folder in
            let tcp = LabAPIConfiguration.TCP(port: 0, token: APIToken(secret: Lab.secret))
            let path = folder + "/" + String(repeating: "x", count: 108)
            let server = Lab().server(unixSocket: path, tcp: tcp)
            let failure = await #expect(throws: Failure.self) { try await server.run() }
            #expect(failure?.place == path)
        }
    }

    @Test func addressOfAnotherHostIsExplained() async {
        // Kept for documentation (RFC 5737): no host has it.
        let tcp = LabAPIConfiguration.TCP(host: "192.0.2.1", port: 0, token: APIToken(secret: Lab.secret))
        let failure = await #expect(throws: Failure.self) { try await Lab().server(tcp: tcp).run() }
        #expect(failure?.message == "this host does not have the API's address")
    }

    @Test func hostThatIsNoAddressIsExplained() async {
        let tcp = LabAPIConfiguration.TCP(host: "300.0.0.1:x", port: 0, token: APIToken(secret: Lab.secret))
        let failure = await #expect(throws: Failure.self) { try await Lab().server(tcp: tcp).run() }
        #expect(failure?.message == "the API's host is not an address of this host")
    }

    @Test func openStreamsSayGoodbyeWhenTheDaemonStops() async throws {
        try await withFolder { folder in
            let lab = Lab()
            let path = folder + "/labd.sock"
            try await serve(lab, unixSocket: path) { _, _, services in
                async let answer = RawClient(address: .unix(path)).get("/api/v1/events")
                #expect(await eventually { lab.store.with { $0.followers.count } == 1 })
                await services.triggerGracefulShutdown()
                let text = try await answer
                #expect(text.contains("event: bye\ndata: {}\n\n"))
            }
        }
    }

    @Test func streamEndsWhenItsReaderLeaves() async throws {
        try await withFolder { folder in
            let lab = Lab()
            lab.store.commit(.progress)
            let path = folder + "/labd.sock"
            try await serve(lab, unixSocket: path) { server, _, _ in
                let seen = try await RawClient(address: .unix(path)).get("/api/v1/events", until: "id: 1\n")
                #expect(seen.contains("event: progress\n"))
                #expect(await eventually { server.openStreams == 0 && lab.store.with { $0.followers.isEmpty } })
            }
        }
    }

    @Test func consoleIsWatchedFromWhereAsked() async throws {
        try await withFolder { folder in
            let lab = Lab()
            let path = folder + "/labd.sock"
            try await serve(lab, unixSocket: path) { _, _, _ in
                let client = RawClient(address: .unix(path))
                let tail = try await client.get("/api/v1/boards/qemu-1/console?offset=-7", until: "\n\n")
                #expect(tail.contains("HTTP/1.1 200"))
                let text = Data("login: ".utf8).base64EncodedString()
                let whole = try await client.get("/api/v1/boards/qemu-1/console?offset=-7", until: text)
                #expect(whole.contains("id: 12\nevent: bytes\ndata: \(text)\n\n"))
            }
        }
    }
}

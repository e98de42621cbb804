import Foundation
import LabModel
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import BoardServices

@Suite struct BoardFileServerTests {
    private static let network = NetworkFacts(httpAddress: "127.0.0.1", tftpAddress: "127.0.0.1")
    private let job = JobID(rawValue: 7)

    private func withServer<T>(
        _ adjust: (inout BoardFileServerSettings) -> Void = { _ in },
        _ body: (BoardFileServer, _ folder: String) async throws -> T
    ) async throws -> T {
        let folder = NSTemporaryDirectory() + "/labd-services-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var settings = BoardFileServerSettings(tftpHost: "127.0.0.1", tftpPort: 0, tftpTimeout: .milliseconds(200))
        adjust(&settings)
        let server = BoardFileServer(settings, logger: Logger(label: "test"))
        await server.start()
        do {
            let result = try await body(server, folder)
            await server.shutdown()
            return result
        } catch {
            await server.shutdown()
            throw error
        }
    }

    private func write(_ bytes: [UInt8], _ folder: String, _ name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
        return folder + "/" + name
    }

    private static let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

    // MARK: HTTP

    @Test func aPublishedFileIsServedWholeAndInParts() async throws {
        try await withServer { server, folder in
            let url = try await server.publishHTTP(
                write(Self.content, folder, "overlay 1.tar.gz"), for: job, network: Self.network)
            #expect(url.hasPrefix("http://127.0.0.1:") && url.hasSuffix("/overlay_1.tar.gz"))
            let target = "/" + url.split(separator: "/").dropFirst(2).joined(separator: "/")
            let port = try port(server.http)
            let reply = try await ask(
                port,
                [
                    "GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n", "HEAD \(target) HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET \(target) HTTP/1.1\r\nHost: x\r\nRange: bytes=100-199\r\nConnection: close\r\n\r\n",
                ])
            #expect(reply.contains(Self.content))
            let heads = String(decoding: reply.filter { $0 < 0x80 }, as: UTF8.self)
            #expect(heads.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
            #expect(heads.contains("206 Partial Content") && heads.contains("bytes 100-199/300000"))
            #expect(reply.suffix(100).elementsEqual(Self.content[100..<200]))
        }
    }

    @Test func nothingElseIsServed() async throws {
        try await withServer { server, folder in
            let url = try await server.publishHTTP(write([1], folder, "a"), for: job, network: Self.network)
            let token = String(url.split(separator: "/")[2])
            #expect(token.count == 32)
            let port = try port(server.http)
            for target in ["/", "/\(token)", "/\(token)/", "/\(token)/b", "/\(token)/../../etc/passwd", "/etc/passwd"] {
                let reply = try await ask(port, ["GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"])
                #expect(String(decoding: reply, as: UTF8.self).hasPrefix("HTTP/1.1 404"), "\(target)")
            }
            let post = try await ask(
                port, ["POST /\(token)/a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"])
            #expect(String(decoding: post, as: UTF8.self).hasPrefix("HTTP/1.1 405"))
            await server.withdraw(job)
            let gone = try await ask(port, ["GET /\(token)/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"])
            #expect(String(decoding: gone, as: UTF8.self).hasPrefix("HTTP/1.1 404"))
        }
    }

    @Test func endlessHeadersAreCut() async throws {
        try await withServer { server, _ in
            let header = "X-Long: " + String(repeating: "a", count: 60_000) + "\r\n"
            let request = "GET / HTTP/1.1\r\nHost: x\r\n" + header + "\r\n"
            // The connection may also be reset before the refusal is read.
            let reply = (try? await ask(port(server.http), [request])) ?? []
            #expect(!String(decoding: reply, as: UTF8.self).contains("404"))
        }
    }

    // MARK: TFTP

    @Test(arguments: [
        [], [TFTPOption("blksize", "1468"), TFTPOption("tsize", "0")],
        [TFTPOption("blksize", "1400"), TFTPOption("windowsize", "8")], [TFTPOption("blksize", "60000")],
    ])
    func aBoardFetchesAFile(options: [TFTPOption]) async throws {
        try await withServer { server, folder in
            let name = try await server.publishTFTP(
                write(Self.content, folder, "Image"), as: "Image", for: job)
            #expect(name.hasPrefix("7/") && name.hasSuffix("/Image"))
            let port = try port(server.tftp)
            for name in [name, "/" + name] {
                let got = try await TFTPTestClient.fetch(name, options: options, port: port)
                #expect(got == .file(Self.content))
            }
        }
    }

    @Test func namesThatWereNotPublishedAreNotFound() async throws {
        try await withServer { server, folder in
            let name = try await server.publishTFTP(write([1], folder, "Image"), as: "a/../Image", for: job)
            #expect(name.hasSuffix("/a_.._Image"))
            let port = try port(server.tftp)
            for wrong in ["Image", "7/Image", "../../etc/passwd", name + "/../x", "/etc/passwd", ""] {
                let got = try await TFTPTestClient.fetch(wrong, options: [], port: port)
                #expect(got == .error(1), "\(wrong)")
            }
            await server.withdraw(job)
            #expect(try await TFTPTestClient.fetch(name, options: [], port: port) == .error(1))
        }
    }

    @Test func transfersAtOnceAreBounded() async throws {
        try await withServer {
            $0.maximumTransfers = 0
        } _: { server, folder in
            let name = try await server.publishTFTP(write([1], folder, "Image"), as: "Image", for: job)
            #expect(try await TFTPTestClient.fetch(name, options: [], port: port(server.tftp)) == .error(0))
        }
    }

    @Test func aPortThatIsTakenMakesTheServiceUnavailable() async throws {
        try await withServer { first, _ in
            let taken = try port(first.tftp)
            try await withServer {
                $0.tftpPort = taken
            } _: { second, folder in
                guard case .unavailable(let reason, _) = second.tftp else {
                    Issue.record("\(second.tftp)")
                    return
                }
                #expect(reason.contains("\(taken)"))
                let file = try write([1], folder, "a")
                let failure = await #expect(throws: Failure.self) {
                    try await second.publishTFTP(file, as: "a", for: job)
                }
                #expect(failure?.type == .infrastructure)
                _ = try await second.publishHTTP(file, for: job, network: Self.network)
            }
        }
    }

    // MARK: Help

    private func port(_ availability: ServiceAvailability) throws -> Int {
        guard case .listening(_, let port) = availability else {
            throw Failure(.infrastructure, "\(availability)")
        }
        return port
    }

    /// Sends requests one after another on one connection and reads until the server closes it.
    private func ask(_ port: Int, _ requests: [String]) async throws -> [UInt8] {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            for request in requests { try await outbound.write(ByteBuffer(string: request)) }
            var reply: [UInt8] = []
            for try await piece in inbound { reply += piece.readableBytesView }
            return reply
        }
    }
}

import Foundation
import LabModel
import Logging
import NIOHTTP1
import Synchronization
import Testing

@testable import LabArtifacts

@Suite struct ImageStoreTests {
    /// A store of its own for each test, shut down at the end.
    @discardableResult
    private func withStore<T>(
        _ adjust: (inout ImageStoreSettings) -> Void = { _ in },
        _ body: (ImageStore, TemporaryFolder) async throws -> T
    ) async throws -> T {
        let folder = try TemporaryFolder()
        var settings = ImageStoreSettings(
            cacheFolder: folder.path + "/cache", allowedFolders: [try folder.folder("allowed")])
        adjust(&settings)
        let store = try ImageStore(settings, clock: InstantClock(), logger: Logger(label: "test"))
        do {
            let result = try await body(store, folder)
            await store.shutdown()
            return result
        } catch {
            await store.shutdown()
            throw error
        }
    }

    private func image(
        _ url: String, compression: ImageRequest.Compression? = nil, md5: String? = nil, sha256: String? = nil,
        headers: [String: String] = [:]
    ) -> ImageRequest {
        ImageRequest(name: "rootfs", url: url, headers: headers, compression: compression, md5: md5, sha256: sha256)
    }

    private static let digest = ImageDigests.sha256(String(decoding: Fixtures.text, as: UTF8.self))

    @Test func aDownloadIsUnpackedAndDigestedAsDownloaded() async throws {
        try await withStore { store, folder in
            try await FixtureServer.with({ _ in .init(body: Fixtures.xz) }) { base, _ in
                let got = try await store.fetch(
                    image("\(base)/images/root.img.xz", compression: .xz), into: folder.path + "/job",
                    keepsCompression: false
                ) { _ in }
                #expect(got.path == folder.path + "/job/root.img")
                #expect(try bytes(ofFile: got.path) == Fixtures.text)
                #expect(got.size == Int64(Fixtures.xz.count) && !got.cameFromCache && got.sha256.count == 64)
                let packed = try await store.fetch(
                    image("\(base)/images/root.img.xz", compression: .xz, sha256: got.sha256),
                    into: folder.path + "/job", keepsCompression: true
                ) { _ in }
                #expect(packed.cameFromCache)
                #expect(try bytes(ofFile: packed.path) == Fixtures.xz)
            }
        }
    }

    @Test func aKnownDigestNeedsNoNetwork() async throws {
        try await withStore { store, folder in
            try await FixtureServer.with({ _ in .init(body: Fixtures.text) }) { base, log in
                let named = image("\(base)/a", sha256: Self.digest)
                for run in 0..<2 {
                    let got = try await store.fetch(named, into: folder.path + "/\(run)", keepsCompression: false) {
                        _ in
                    }
                    #expect(got.cameFromCache == (run == 1))
                    // The job's copy is its own: writing to it changes nothing for the next.
                    try Data([0]).write(to: URL(fileURLWithPath: got.path))
                }
                #expect(log.all.count == 1)
            }
        }
    }

    @Test func anUnchangedFileIsNotSentAgain() async throws {
        try await withStore { store, folder in
            try await FixtureServer.with({ request in
                if request.headers["if-none-match"] == ["\"v1\""] { return .init(status: .notModified) }
                return .init(headers: [("ETag", "\"v1\"")], body: Fixtures.text)
            }) { base, log in
                for run in 0..<2 {
                    let got = try await store.fetch(
                        image("\(base)/a"), into: folder.path + "/\(run)", keepsCompression: false
                    ) { _ in }
                    #expect(got.cameFromCache == (run == 1))
                    #expect(try bytes(ofFile: got.path) == Fixtures.text)
                }
                #expect(log.all.count == 2)
            }
        }
    }

    @Test func aBrokenTransferIsContinued() async throws {
        try await withStore { store, folder in
            let half = Fixtures.text.count / 2
            try await FixtureServer.with({ request in
                let validator = [("ETag", "\"v1\"")]
                guard request.headers["range"] == ["bytes=\(half)-"], request.headers["if-range"] == ["\"v1\""] else {
                    let body = Array(Fixtures.text.prefix(half))
                    return .init(headers: validator, body: body, missing: Fixtures.text.count - half)
                }
                let total = Fixtures.text.count
                return .init(
                    status: .partialContent,
                    headers: validator + [("Content-Range", "bytes \(half)-\(total - 1)/\(total)")],
                    body: Array(Fixtures.text.dropFirst(half)))
            }) { base, log in
                let got = try await store.fetch(
                    image("\(base)/a", sha256: Self.digest), into: folder.path, keepsCompression: false
                ) { _ in }
                #expect(try bytes(ofFile: got.path) == Fixtures.text)
                #expect(log.all.count == 2)
            }
        }
    }

    @Test func troubleIsTriedThreeTimes() async throws {
        try await withStore { store, folder in
            try await FixtureServer.with({ request in
                request.path == "/mends" && request.number == 2
                    ? .init(body: Fixtures.text) : .init(status: .serviceUnavailable)
            }) { base, log in
                _ = try await store.fetch(image("\(base)/mends"), into: folder.path, keepsCompression: false) { _ in }
                let failure = await #expect(throws: Failure.self) {
                    try await store.fetch(
                        image("\(base)/never?secret=1"), into: folder.path, keepsCompression: false
                    ) { _ in }
                }
                #expect(failure?.type == .infrastructure)
                #expect(failure?.message.contains("3 tries") == true && failure?.message.contains("secret") == false)
                #expect(failure?.advice != nil)
                #expect(log.all.count == 6)
            }
        }
    }

    @Test func aTransferThatAlwaysBreaksIsAFailure() async throws {
        try await withStore { store, folder in
            try await FixtureServer.with({ _ in .init(body: [1, 2, 3], missing: 10) }) { base, _ in
                let failure = await #expect(throws: Failure.self) {
                    try await store.fetch(image("\(base)/a"), into: folder.path, keepsCompression: false) { _ in }
                }
                #expect(failure?.type == .infrastructure)
            }
            #expect(try HostFolder.names(in: folder.path + "/cache/partial").isEmpty)
        }
    }

    @Test func redirectsAreFollowedUpToALimitAndKeepSecretsHome() async throws {
        try await withStore { store, folder in
            try await FixtureServer.with({ _ in .init(body: Fixtures.text) }) { other, otherLog in
                try await FixtureServer.with({ request in
                    switch request.path {
                    case "/once": .init(status: .found, headers: [("Location", "/here")])
                    case "/away": .init(status: .movedPermanently, headers: [("Location", "\(other)/there")])
                    case "/loop": .init(status: .found, headers: [("Location", "/loop")])
                    case "/file": .init(status: .found, headers: [("Location", "file:///etc/passwd")])
                    default: .init(body: Fixtures.text)
                    }
                }) { base, log in
                    let secret = ["Private-Token": "s3cret"]
                    for path in ["/once", "/away"] {
                        let got = try await store.fetch(
                            image(base + path, headers: secret), into: folder.path, keepsCompression: false
                        ) { _ in }
                        #expect(try bytes(ofFile: got.path) == Fixtures.text)
                    }
                    #expect(log.all.allSatisfy { $0.headers["private-token"] == ["s3cret"] })
                    #expect(otherLog.all.map { $0.headers["private-token"] } == [[]])
                    for path in ["/loop", "/file"] {
                        await #expect(throws: Failure.self) {
                            try await store.fetch(image(base + path), into: folder.path, keepsCompression: false) { _ in
                            }
                        }
                    }
                }
            }
        }
    }

    @Test func credentialsOfTheURLAreSentAndNeverShown() async throws {
        try await withStore { store, folder in
            try await FixtureServer.with({ _ in .init(status: .forbidden) }) { base, log in
                let url = base.replacingOccurrences(of: "http://", with: "http://me:pa%73s@") + "/a"
                let failure = await #expect(throws: Failure.self) {
                    try await store.fetch(image(url), into: folder.path, keepsCompression: false) { _ in }
                }
                #expect(failure?.description.contains("***@") == true && failure?.description.contains("me:") == false)
                #expect(log.all.map { $0.headers["authorization"] } == [["Basic bWU6cGFzcw=="]])
            }
        }
    }

    @Test func aWrongDigestIsTheJobsFault() async throws {
        try await withStore { store, folder in
            try await FixtureServer.with({ _ in .init(body: Fixtures.text) }) { base, _ in
                let wrong = [
                    image("\(base)/a", sha256: String(repeating: "0", count: 64)),
                    image("\(base)/a", md5: String(repeating: "0", count: 32)),
                ]
                for request in wrong {
                    let failure = await #expect(throws: Failure.self) {
                        try await store.fetch(request, into: folder.path + "/out", keepsCompression: false) { _ in }
                    }
                    #expect(failure?.type == .job)
                }
                #expect(!folder.exists("out/a"))
            }
        }
    }

    @Test func theSizeIsBounded() async throws {
        try await withStore {
            $0.maximumDownloadBytes = 100
        } _: { store, folder in
            try await FixtureServer.with({ _ in .init(body: Fixtures.text) }) { base, _ in
                await #expect(throws: Failure.self) {
                    try await store.fetch(image("\(base)/a"), into: folder.path, keepsCompression: false) { _ in }
                }
            }
        }
    }

    @Test func aFileLargerThanTheCacheStillArrives() async throws {
        try await withStore {
            $0.maximumCacheBytes = 10
        } _: { store, folder in
            try await FixtureServer.with({ _ in .init(body: Fixtures.text) }) { base, _ in
                let got = try await store.fetch(image("\(base)/a"), into: folder.path, keepsCompression: false) { _ in }
                #expect(try bytes(ofFile: got.path) == Fixtures.text)
                #expect(try HostFolder.names(in: folder.path + "/cache/files").isEmpty)
            }
        }
    }

    @Test func jobsAtTheSameTimeShareADownload() async throws {
        try await withStore { store, folder in
            let body = [UInt8](repeating: 0x5a, count: 4 << 20)
            try await FixtureServer.with({ _ in .init(headers: [("ETag", "\"v\"")], body: body) }) { base, log in
                try await withThrowingTaskGroup(of: FetchedImage.self) { group in
                    for job in 0..<6 {
                        group.addTask {
                            try await store.fetch(
                                self.image("\(base)/a"), into: folder.path + "/\(job)", keepsCompression: false
                            ) { _ in }
                        }
                    }
                    for try await got in group { #expect(got.size == Int64(body.count)) }
                }
                #expect(log.all.count { $0.headers["if-none-match"].isEmpty } == 1)
            }
        }
    }

    @Test func progressComesRarelyAndAtTheEnd() async throws {
        try await withStore { store, folder in
            let body = [UInt8](repeating: 1, count: 8 << 20)
            try await FixtureServer.with({ _ in .init(body: body) }) { base, _ in
                let reports = Mutex<[FetchProgress]>([])
                _ = try await store.fetch(image("\(base)/a"), into: folder.path, keepsCompression: false) { report in
                    reports.withLock { $0.append(report) }
                }
                let all = reports.withLock { $0 }
                // The clock stands still: the first piece, the end of the transfer, and the end of all.
                #expect(all.count == 3)
                #expect(all.last == FetchProgress(bytes: Int64(body.count), total: Int64(body.count)))
            }
        }
    }

    @Test func filesComeOnlyFromAllowedFolders() async throws {
        try await withStore { store, folder in
            try folder.write(Fixtures.gz, to: "allowed/a b.img.gz")
            try folder.write([1], to: "secret")
            #expect(symlink("../secret", folder.path + "/allowed/link") == 0)
            let got = try await store.fetch(
                image("file://\(folder.path)/allowed/a%20b.img.gz", compression: .gz), into: folder.path + "/job",
                keepsCompression: false
            ) { _ in }
            #expect(try bytes(ofFile: got.path) == Fixtures.text)
            for path in ["secret", "allowed/link", "allowed/../secret", "allowed/missing", "allowed"] {
                await #expect(throws: Failure.self, "\(path)") {
                    try await store.fetch(
                        image("file://\(folder.path)/\(path)"), into: folder.path + "/job", keepsCompression: false
                    ) { _ in }
                }
            }
        }
    }

    @Test func cancellationEndsADownload() async throws {
        try await withStore { store, folder in
            let (asked, ask) = AsyncStream.makeStream(of: Void.self)
            try await FixtureServer.with({ _ in
                ask.yield()
                return .init(status: .serviceUnavailable)
            }) { base, _ in
                let request = image("\(base)/a")
                let task = Task {
                    try await store.fetch(request, into: folder.path, keepsCompression: false) { _ in }
                }
                for await _ in asked { break }
                task.cancel()
                await #expect(throws: Failure.self) { try await task.value }
            }
        }
    }
}

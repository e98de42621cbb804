import Glibc
import LabModel
import NIOHTTP1
import Synchronization
import Testing

@testable import LabArtifacts

@Suite struct HostileDownloadTests {
    private typealias Answer = FixtureServer.Answer

    private func image(
        _ url: String, _ compression: ImageRequest.Compression? = nil, md5: String? = nil, sha256: String? = nil,
        sha512: String? = nil
    ) -> ImageRequest {
        ImageRequest(
            name: "rootfs", url: url, compression: compression, md5: md5, sha256: sha256, sha512: sha512)
    }

    private let digest = ImageDigests.sha256(String(decoding: Fixtures.text, as: UTF8.self))

    /// Fetches what a server gives, which must fail, and looks that nothing of it was kept.
    private func refusal(
        _ path: String = "/images/root.img", _ compression: ImageRequest.Compression? = nil, sha256: String? = nil,
        requests: Int? = nil, answer: @escaping @Sendable (FixtureServer.Request) -> FixtureServer.Answer
    ) async throws -> Failure {
        try await StoreFixture.with { lab in
            try await FixtureServer.with(answer) { base, log in
                let failure = await #expect(throws: Failure.self) {
                    try await lab.fetch(image(base + path, compression, sha256: sha256))
                }
                let kept = try lab.kept()
                #expect(kept.isEmpty)
                if let requests { #expect(log.all.count == requests) }
                let found = try #require(failure)
                // It names the image and where it was to come from.
                #expect(found.place == "image rootfs" && found.message.contains(path))
                return found
            }
        }
    }

    @Test(arguments: [404, 410]) func aMissingImageIsAskedForOnce(status: Int) async throws {
        let failure = try await refusal(requests: 1) { _ in Answer(status: .init(statusCode: status)) }
        #expect(failure.type == .infrastructure && failure.message.contains("the server answered \(status)"))
        #expect(failure.advice == "check the URL")
    }

    @Test func aMissingFileSaysWhereJobsMayRead() async throws {
        try await StoreFixture.with { lab in
            let failure = await #expect(throws: Failure.self) {
                try await lab.fetch(image("file://\(lab.folder.path)/allowed/none.img"))
            }
            #expect(failure?.type == .job && failure?.place == "image rootfs")
            #expect(failure?.message.contains("none.img is missing or not below") == true)
            #expect(failure?.advice?.contains("/allowed") == true)
            let kept = try lab.kept()
            #expect(kept.isEmpty)
        }
    }

    @Test(arguments: [true, false]) func aTransferThatEndsEarlyIsRefused(saysLength: Bool) async throws {
        let failure = try await refusal(requests: 3) { _ in
            Answer(body: Fixtures.text, missing: 100, saysLength: saysLength)
        }
        #expect(failure.type == .infrastructure && failure.message.contains("in 3 tries"))
    }

    @Test func aLengthThatIsTooShortNeverMakesAnImage() async throws {
        let failure = try await refusal("/images/root.img.gz", .gz) { _ in Answer(body: Fixtures.gz, missing: -4) }
        #expect(failure.type == .job || failure.type == .infrastructure)
    }

    @Test func aLengthBeyondTheLimitIsRefusedBeforeTheBody() async throws {
        try await StoreFixture.with {
            $0.maximumDownloadBytes = 1 << 20
        } _: { lab in
            try await FixtureServer.with({ _ in Answer(body: [1], missing: 1 << 40) }) { base, log in
                let failure = await #expect(throws: Failure.self) { try await lab.fetch(image(base + "/a")) }
                #expect(failure?.message.contains("larger than 1048576 bytes") == true && log.all.count == 1)
            }
        }
    }

    @Test func aBodyWithoutLengthEndsAtTheLimit() async throws {
        try await StoreFixture.with {
            $0.maximumDownloadBytes = 1 << 20
        } _: { lab in
            let body = [UInt8](repeating: 1, count: 4 << 20)
            try await FixtureServer.with({ _ in Answer(body: body, saysLength: false) }) { base, log in
                let failure = await #expect(throws: Failure.self) { try await lab.fetch(image(base + "/a")) }
                #expect(failure?.message.contains("larger than 1048576 bytes") == true && log.all.count == 1)
                let kept = try lab.kept()
                #expect(kept.isEmpty)
            }
        }
    }

    @Test(arguments: ["gz", "xz", "bz2", "zstd", "zip"])
    func aCutOrDamagedImageIsNotKept(name: String) async throws {
        let compression = try #require(ImageRequest.Compression(rawValue: name))
        let packed = try #require(Fixtures.plain[name])
        var damaged = packed
        damaged[packed.count / 2] ^= 0x55
        let bodies = [Array(packed.dropLast(packed.count / 3)), damaged, packed + Array("junk".utf8), []]
        for (index, body) in bodies.enumerated() {
            let failure = try await refusal("/images/root.img", compression) { _ in
                Answer(headers: [("ETag", "\"v1\"")], body: body)
            }
            #expect(failure.type == .job, "\(name) \(index)")
        }
    }

    @Test func everyDigestIsCompared() async throws {
        try await StoreFixture.with { lab in
            try await FixtureServer.with({ _ in Answer(headers: [("ETag", "\"v1\"")], body: Fixtures.text) }) {
                base, _ in
                let wrong = [
                    image("\(base)/a", md5: String(repeating: "0", count: 32)),
                    image("\(base)/a", sha256: String(repeating: "0", count: 64)),
                    image("\(base)/a", sha512: String(repeating: "0", count: 128)),
                    // A right one does not make up for a wrong one.
                    image("\(base)/a", md5: String(repeating: "0", count: 32), sha256: digest),
                ]
                for request in wrong {
                    let failure = await #expect(throws: Failure.self) { try await lab.fetch(request) }
                    #expect(failure?.type == .job && failure?.message.contains("digest") == true)
                    #expect(failure?.message.contains("as the job says") == true)
                    let kept = try lab.kept()
                    #expect(kept.isEmpty)
                }
                _ = try await lab.fetch(image("\(base)/a", sha256: digest.uppercased()))
            }
        }
    }

    /// The first try breaks in the middle; the second continues with other bytes under the same ETag.
    @Test func aContinuationWithOtherBytesIsFoundOutAndForgotten() async throws {
        try await StoreFixture.with { lab in
            let (text, validator) = (Fixtures.text, [("ETag", "\"v1\"")])
            let half = text.count / 2
            let isMended = Atomic(false)
            try await FixtureServer.with({ request in
                if isMended.load(ordering: .relaxed) {
                    if !request.headers["if-none-match"].isEmpty { return Answer(status: .notModified) }
                    return Answer(headers: validator, body: text)
                }
                guard !request.headers["range"].isEmpty else {
                    return Answer(headers: validator, body: Array(text.prefix(half)), missing: text.count - half)
                }
                let range = "bytes \(half)-\(text.count - 1)/\(text.count)"
                return Answer(
                    status: .partialContent, headers: validator + [("Content-Range", range)],
                    body: [UInt8](repeating: 0x58, count: text.count - half))
            }) { base, _ in
                let request = image("\(base)/a", sha256: digest)
                let failure = await #expect(throws: Failure.self) { try await lab.fetch(request) }
                #expect(failure?.type == .job && failure?.message.contains("sha256 digest") == true)
                let kept = try lab.kept()
                #expect(kept.isEmpty)
                isMended.store(true, ordering: .relaxed)
                let got = try await lab.fetch(request)
                #expect(try bytes(ofFile: got.path) == text && !got.cameFromCache)
            }
        }
    }

    @Test func zerosTakeNoSpaceInTheCacheOrTheJob() async throws {
        try await StoreFixture.with { lab in
            var body = [UInt8](repeating: 0, count: 6 << 20)
            body.replaceSubrange(3_000_000..<3_000_010, with: [UInt8](repeating: 7, count: 10))
            let sent = body
            try await FixtureServer.with({ _ in Answer(body: sent) }) { base, _ in
                let got = try await lab.fetch(image("\(base)/a"))
                #expect(try bytes(ofFile: got.path) == sent)
                for path in [got.path, lab.root + "/cache/files/" + got.sha256] {
                    #expect(try HostFile.read(path).status().st_blocks * 512 <= 64 * 1024)
                }
            }
        }
    }

    @Test func aFailedUnpackingLeavesTheNameFree() async throws {
        try await StoreFixture.with { lab in
            let isMended = Atomic(false)
            try await FixtureServer.with({ _ in
                Answer(body: isMended.load(ordering: .relaxed) ? Fixtures.gz : Array(Fixtures.gz.dropLast(4)))
            }) { base, _ in
                let request = image("\(base)/root.img.gz", .gz)
                _ = await #expect(throws: Failure.self) { try await lab.fetch(request) }
                isMended.store(true, ordering: .relaxed)
                let got = try await lab.fetch(request)
                #expect(got.path == lab.root + "/job/root.img")
            }
        }
    }
}

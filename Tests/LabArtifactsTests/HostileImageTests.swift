import LabModel
import Testing

@testable import LabArtifacts

@Suite struct HostileImageTests {
    private static let names = ["gz", "xz", "bz2", "zstd", "zip"]

    private func compression(_ name: String) throws -> ImageRequest.Compression {
        try #require(ImageRequest.Compression(rawValue: name))
    }

    private func refusal(
        _ bytes: [UInt8], _ compression: ImageRequest.Compression, limits: UnpackLimits = UnpackLimits()
    ) throws -> Failure {
        let trial = try Trial()
        let failure = #expect(throws: Failure.self) { try trial.unpack(bytes, compression, limits: limits) }
        let found = try #require(failure)
        #expect(found.type == .job)
        return found
    }

    /// Headers hold bits that mean nothing, such as a date. A flip may pass only where nothing comes out differently.
    @Test(arguments: names) func noFlippedBitChangesWhatComesOut(name: String) throws {
        let trial = try Trial()
        let packed = try #require(Fixtures.plain[name])
        for place in packed.indices {
            // Two bits of each byte, every bit of every fourth.
            for bit in [place % 4, place % 4 + 4] {
                var broken = packed
                broken[place] ^= 1 << UInt8(bit)
                guard let result = try? trial.unpack(broken, compression(name)) else { continue }
                #expect(result == Fixtures.text, "byte \(place), bit \(bit)")
            }
        }
    }

    @Test(arguments: [
        // CRC-32 and length (RFC 1952 2.3.1).
        ("gz", -8), ("gz", -5), ("gz", -4), ("gz", -1),
        // The header's CRC, the block's check, the index's CRC, the footer's CRC and its magic number.
        ("xz", 8), ("xz", -32), ("xz", -16), ("xz", -12), ("xz", -1),
        // The block's CRC and the stream's.
        ("bz2", 10), ("bz2", 13), ("bz2", -4), ("bz2", -2),
        // The content's checksum (RFC 8878 3.1.1).
        ("zstd", -4), ("zstd", -1),
    ])
    func aWrongChecksumIsRefused(name: String, place: Int) throws {
        var packed = try #require(Fixtures.plain[name])
        packed[place < 0 ? packed.count + place : place] ^= 0x10
        _ = try refusal(packed, compression(name))
    }

    @Test func aWrongChecksumOrSizeInAZipIsRefused() throws {
        // The directory's CRC-32, packed size and size (PKWARE APPNOTE 4.3.12).
        let start = try #require(Self.directory(Fixtures.zip))
        for field in [16, 20, 24] {
            var packed = Fixtures.zip
            packed[start + field] ^= 1
            _ = try refusal(packed, .zip)
        }
    }

    @Test func zipsThatTrickAreRefused() throws {
        let start = try #require(Self.directory(Fixtures.zip))
        let end = Fixtures.zip.count - 22
        let changes: [(String, (inout [UInt8]) -> Void)] = [
            ("encrypted", { $0[start + 8] |= 1 }),
            (
                "method in both places",
                {
                    $0[start + 10] = 14; $0[8] = 14
                }
            ),
            ("method in the directory", { $0[start + 10] = 0 }),
            ("method in the file's header", { $0[8] = 0 }),
            (
                "a link",
                {
                    $0[start + 5] = 3; $0[start + 41] = 0xa1
                }
            ),
            ("a wide size without its field", { for index in 20..<24 { $0[start + index] = 0xff } }),
            ("a file beyond the directory", { $0[start + 44] = 0x40 }),
            (
                "more entries than there are",
                {
                    $0[end + 10] = 2; $0[end + 8] = 2
                }
            ),
            (
                "more entries than a lab needs",
                {
                    $0[end + 11] = 0x40; $0[end + 9] = 0x40
                }
            ),
            ("a directory elsewhere", { $0[end + 16] ^= 1 }),
            ("something in front", { $0 = [0x23, 0x21, 0x0a] + $0 }),
        ]
        for (name, change) in changes {
            var packed = Fixtures.zip
            change(&packed)
            let failure = #expect(throws: Failure.self, "\(name)") { try Trial().unpack(packed, .zip) }
            #expect(failure?.type == .job)
        }
    }

    @Test(.enabled(if: isInstalled("zip"))) func aZipFromAPipeHasWideNumbersAndIsTaken() throws {
        let folder = try TemporaryFolder()
        try folder.write(Fixtures.text, to: "plain")
        _ = try #require(try run("sh", ["-c", "cat plain | zip -q wide.zip -"], in: folder.path))
        #expect(try Trial().unpack(folder.bytes(of: "wide.zip"), .zip) == Fixtures.text)
    }

    private static func directory(_ zip: [UInt8]) -> Int? {
        zip.indices.dropLast(4).first { zip[$0..<$0 + 4].elementsEqual([0x50, 0x4b, 1, 2]) }
    }

    @Test(arguments: ["gz", "xz", "bz2", "zstd"]) func streamsThatFollowEachOtherAreOne(name: String) throws {
        let packed = try #require(Fixtures.plain[name])
        #expect(try Trial().unpack(packed + packed, compression(name)) == Fixtures.text + Fixtures.text)
        var second = packed
        second[second.count - 2] ^= 0x10
        _ = try refusal(packed + second, compression(name))
        _ = try refusal(packed + packed.prefix(packed.count - 1), compression(name))
    }

    @Test func zerosAfterTheEndAreTakenOnlyAsXzPadding() throws {
        let padding = [UInt8](repeating: 0, count: 4)
        // The .xz File Format 2.2: a multiple of four.
        #expect(try Trial().unpack(Fixtures.xz + padding, .xz) == Fixtures.text)
        _ = try refusal(Fixtures.xz + padding.dropLast(), .xz)
        for name in ["gz", "bz2", "zstd", "zip"] {
            let failure = try refusal(#require(Fixtures.plain[name]) + padding, compression(name))
            #expect(failure.message.hasPrefix("has bytes") || failure.message.hasPrefix("is not sound"), "\(name)")
        }
    }

    @Test func xzMayNotAskForMoreMemoryThanAllowed() throws {
        // Byte 16 of the fixture is the dictionary's size (The .xz File Format 5.3.1): 40 stands for 4 GiB.
        var greedy = Fixtures.xz
        greedy[16] = 40
        for packed in [greedy, Fixtures.xz + greedy, Fixtures.xz + [0, 0, 0, 0] + greedy] {
            let failure = try refusal(packed, .xz)
            #expect(failure.message.contains("4294967295 bytes of memory"))
        }
        greedy[16] = 33
        #expect(try refusal(greedy, .xz).message.contains("of memory"))
    }

    @Test func xzMustSayHowItIsChecked() throws {
        var packed = Fixtures.xz
        packed[7] = 2
        #expect(try refusal(packed, .xz).message.contains("checksum of an unknown kind"))
    }

    @Test(.enabled(if: isInstalled("xz"))) func whatXzMakesIsTaken() throws {
        let folder = try TemporaryFolder()
        let text = (0..<20_000).flatMap { Array("\($0 &* 7919)".utf8) }
        try folder.write(text, to: "plain")
        for options in ["-0", "-9 --check=none", "-1 --block-size=65536 -T2", "--x86 --lzma2=preset=2", "-C sha256"] {
            _ = try #require(try run("sh", ["-c", "xz \(options) -c plain > packed.xz"], in: folder.path))
            #expect(try Trial().unpack(folder.bytes(of: "packed.xz"), .xz) == text, "\(options)")
        }
    }

    @Test func aBombIsEndedByItsRatioAndWritesNothing() throws {
        // 1 MiB of zeros in 50 bytes, 100,000 times: 5 MB that become 100 GB.
        let frame = try #require(Fixtures.zeros["zstd"])
        var bomb: [UInt8] = []
        for _ in 0..<100_000 { bomb += frame }
        let trial = try Trial()
        let limits = UnpackLimits(maximumRatio: 10, ratioFreeBytes: 1 << 20)
        let failure = #expect(throws: Failure.self) { try trial.unpack(bomb, .zstd, limits: limits) }
        #expect(failure?.type == .job && failure?.message.contains("more than 10 times its size") == true)
        #expect(try trial.left().allocated == 0)
    }

    @Test(.enabled(if: isInstalled("gzip"))) func aBombOfDataWritesNoMoreThanTheLimit() throws {
        let folder = try TemporaryFolder()
        let script = "head -c 33554432 /dev/zero | tr '\\0' A | gzip -9 > bomb"
        _ = try #require(try run("sh", ["-c", script], in: folder.path))
        let trial = try Trial()
        let limit: Int64 = 4 << 20
        #expect(throws: Failure.self) {
            try trial.unpack(folder.bytes(of: "bomb"), .gz, limits: UnpackLimits(maximumBytes: limit))
        }
        let left = try trial.left()
        #expect(left.size <= limit && left.allocated <= limit + 65536)
    }

    @Test func theStandardLimitsEndTheWorstBombEarly() {
        // 10 MB that would become 100 GB: counted, as the unpacker counts.
        var budget = UnpackBudget(UnpackLimits(), packedBytes: 10_000_000)
        let failure = #expect(throws: Failure.self) { for _ in 0..<100_000 { try budget.take(1_000_000) } }
        #expect(failure?.type == .job)
        #expect(budget.unpackedBytes <= 20_001_000_000)
    }

    @Test(
        arguments: [
            ("compress", [0x1f, 0x9d, 0x90, 0x61, 0x62, 0x63]), ("lrzip", Array("LRZI".utf8) + [0, 6, 0, 0]),
            ("uu", Array("begin 644 x\n#0V%T\n`\nend\n".utf8)), ("lzop", [0x89, 0x4c, 0x5a, 0x4f, 0, 0x0d]),
            ("lzma", [0x5d, 0, 0, 0x80, 0, 0xff]), ("lz4", [0x04, 0x22, 0x4d, 0x18, 0x64, 0x40]),
            ("rpm", [0xed, 0xab, 0xee, 0xdb, 3, 0]),
        ] as [(String, [UInt8])])
    func noOtherFilterIsEverStarted(name: String, start: [UInt8]) throws {
        let bytes = start + [UInt8](repeating: 0x20, count: 600)
        for compression in ImageRequest.Compression.allCases { _ = try refusal(bytes, compression) }
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: "a.tar")
        let failure = #expect(throws: Failure.self, "\(name)") {
            try TarExtractor(limits: ArchiveLimits()).extract(
                path, into: folder.folder("out"), cancellation: CancellationFlag())
        }
        #expect(failure?.type == .job)
        #expect(try HostFolder.names(in: folder.path + "/out").isEmpty)
    }
}

import Glibc
import LabModel
import Testing

@testable import LabArtifacts

@Suite struct UnpackerTests {
    private static let names = ["gz", "xz", "bz2", "zstd", "zip"]

    private func unpack(
        _ bytes: [UInt8], _ compression: ImageRequest.Compression, limits: UnpackLimits = UnpackLimits()
    ) throws -> (bytes: [UInt8], blocks: Int) {
        let folder = try TemporaryFolder()
        let source = try HostFile.read(folder.write(bytes, to: "packed"))
        let target = try HostFile.create(folder.path + "/unpacked")
        let size = try Unpacker(limits: limits).unpack(
            source, compression, to: target, cancellation: CancellationFlag())
        #expect(try target.size() == size)
        return (try folder.bytes(of: "unpacked"), Int(try target.status().st_blocks))
    }

    private func compression(_ name: String) throws -> ImageRequest.Compression {
        try #require(ImageRequest.Compression(rawValue: name))
    }

    @Test(arguments: names) func everyFormUnpacks(name: String) throws {
        let packed = try #require(Fixtures.plain[name])
        #expect(try unpack(packed, compression(name)).bytes == Fixtures.text)
    }

    @Test func gzipMembersFollowEachOther() throws {
        #expect(try unpack(Fixtures.twoMembersGz, .gz).bytes == Fixtures.text)
    }

    @Test func onlyOneLayerIsTakenOff() throws {
        #expect(try unpack(Fixtures.nestedGz, .gz).bytes.prefix(2) == [0x1f, 0x8b])
    }

    @Test(arguments: names) func aCutFileIsRefusedWhereverItIsCut(name: String) throws {
        let packed = try #require(Fixtures.plain[name])
        for length in stride(from: 0, to: packed.count, by: 3) + [packed.count - 1] {
            let failure = #expect(throws: Failure.self, "cut to \(length)") {
                try unpack(Array(packed.prefix(length)), compression(name))
            }
            #expect(failure?.type == .job)
        }
    }

    @Test(arguments: names) func anythingAfterTheEndIsRefused(name: String) throws {
        let packed = try #require(Fixtures.plain[name])
        for junk in [[UInt8](repeating: 0x41, count: 1), [UInt8](repeating: 0x41, count: 5000), [0x1f, 0x8b, 8]] {
            #expect(throws: Failure.self, "\(junk.count) bytes") { try unpack(packed + junk, compression(name)) }
        }
    }

    @Test(arguments: names) func aChangedByteOfDataOrChecksumIsRefused(name: String) throws {
        let packed = try #require(Fixtures.plain[name])
        // The middle holds data in every form; the end of a gzip file holds its checksum and length.
        let places = name == "gz" ? [packed.count / 2, packed.count - 1, packed.count - 6] : [packed.count / 2]
        for place in places {
            var broken = packed
            broken[place] ^= 0x55
            #expect(throws: Failure.self, "byte \(place)") { try unpack(broken, compression(name)) }
        }
    }

    @Test(arguments: names) func theWrongFormIsRefused(name: String) throws {
        for (other, packed) in Fixtures.plain where other != name {
            #expect(throws: Failure.self, "\(other)") { try unpack(packed, compression(name)) }
        }
        #expect(throws: Failure.self) { try unpack(Fixtures.text, compression(name)) }
    }

    @Test(arguments: names) func zerosBecomeAHole(name: String) throws {
        let result = try unpack(#require(Fixtures.zeros[name]), compression(name))
        #expect(result.bytes.count == 1 << 20)
        #expect(result.bytes.allSatisfy { $0 == 0 })
        #expect(result.blocks < 64)
    }

    @Test(arguments: names) func aBombEndsAtTheAbsoluteLimit(name: String) throws {
        let failure = #expect(throws: Failure.self) {
            try unpack(
                #require(Fixtures.zeros[name]), compression(name), limits: UnpackLimits(maximumBytes: 512 * 1024))
        }
        #expect(failure?.message.contains("more than 524288 bytes") == true)
    }

    @Test(arguments: names) func aBombEndsAtTheRatio(name: String) throws {
        let limits = UnpackLimits(maximumRatio: 100, ratioFreeBytes: 64 * 1024)
        let failure = #expect(throws: Failure.self) {
            try unpack(#require(Fixtures.zeros[name]), compression(name), limits: limits)
        }
        #expect(failure?.message.contains("bomb") == true)
    }

    @Test func aZipHoldsExactlyOneFileThatStaysInside() {
        #expect(throws: Failure.self) { try unpack(Fixtures.twoFilesZip, .zip) }
        #expect(throws: Failure.self) { try unpack(Fixtures.climbingZip, .zip) }
    }

    @Test func dataBesideHolesStaysInPlace() throws {
        let folder = try TemporaryFolder()
        let file = try HostFile.create(folder.path + "/sparse")
        var writer = SparseWriter(file)
        var expected: [UInt8] = []
        for (value, count) in [(0, 5000), (1, 3), (0, 4096), (2, 8192), (0, 12288), (3, 1), (0, 9000)] {
            let piece = [UInt8](repeating: UInt8(value), count: count)
            try piece.withUnsafeBytes { try writer.write($0) }
            expected += piece
        }
        try writer.finish()
        #expect(try folder.bytes(of: "sparse") == expected)
    }
}

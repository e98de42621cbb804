import LabModel
import Testing

@testable import LabArtifacts

@Suite struct HostileRamdiskTests {
    private let layer = RamdiskLayer.entries([
        OverlayEntry(path: "bin/run", mode: 0o755, content: .bytes(Array("run\n".utf8)))
    ])

    /// One entry in cpio's newc form.
    private func entry(_ name: String, _ data: [UInt8] = [], mode: Int = 0o100644, size: Int? = nil) -> [UInt8] {
        func hex(_ value: Int) -> String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }
        let fields = [1, mode, 0, 0, 1, 0, size ?? data.count, 0, 0, 0, 0, name.utf8.count + 1, 0].map(hex).joined()
        var bytes = Array("070701\(fields)\(name)\0".utf8)
        bytes += [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
        bytes += data + [UInt8](repeating: 0, count: (4 - data.count % 4) % 4)
        return bytes
    }

    /// What the extender says of a ramdisk; nothing half-written may be left.
    private func refusal(
        _ ramdisk: [UInt8], _ layers: [RamdiskLayer]? = nil, limits: UnpackLimits = UnpackLimits()
    ) async throws -> Failure {
        let folder = try TemporaryFolder()
        let path = try folder.write(ramdisk, to: "ramdisk")
        let packer = ArchivePacker(unpackLimits: limits)
        let failure = await #expect(throws: Failure.self) {
            try await packer.extendRamdisk(path, with: layers ?? [layer], to: folder.path + "/out", header: nil)
        }
        #expect(try HostFolder.names(in: folder.path) == ["ramdisk"])
        return try #require(failure)
    }

    @Test func aWholeRamdiskIsTaken() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(entry("init", [1, 2, 3]) + entry("TRAILER!!!"), to: "ramdisk")
        try await ArchivePacker().extendRamdisk(path, with: [layer], to: folder.path + "/out", header: nil)
        #expect(folder.exists("out"))
    }

    @Test func aCutRamdiskIsRefused() async throws {
        let whole = entry("init", [UInt8](repeating: 7, count: 400)) + entry("TRAILER!!!")
        for length in [50, 200, 530, 600] {
            let failure = try await refusal(Array(whole.prefix(length)))
            #expect(failure.type == .job && failure.message.contains("is cut"), "\(length)")
            #expect(failure.message.contains("ramdisk"), "\(length)")
        }
        let claims = entry("init", [1], size: 0x7fff_ffff)
        #expect(try await refusal(claims).message.contains("is cut"))
    }

    @Test func aRamdiskBombIsBounded() async throws {
        let limits = UnpackLimits(maximumBytes: 512 * 1024)
        for name in ["gz", "xz", "bz2", "zstd"] {
            let failure = try await refusal(#require(Fixtures.zeros[name]), limits: limits)
            #expect(failure.type == .job && failure.message.contains("more than 524288 bytes"), "\(name)")
        }
    }

    @Test func memoryForUnpackingIsBounded() async throws {
        var xz = Fixtures.xz
        xz[16] = 40
        #expect(try await refusal(xz).message.contains("of memory"))
        // The old lzma format: properties, then the dictionary's size.
        let lzma: [UInt8] = [0x5d, 0, 0, 0, 0xf0] + [UInt8](repeating: 0xff, count: 8) + [0, 1, 2, 3]
        #expect(try await refusal(lzma).message.contains("of memory"))
    }

    @Test func namesOfMegabytesAreNotRemembered() throws {
        var scanner = NewcScanner(maximumNameBytes: 1 << 20)
        let name = String(repeating: "n", count: 4000)
        for index in 0..<300 {
            entry("\(index)\(name)").withUnsafeBytes { scanner.feed($0) }
            if scanner.hasStopped { break }
        }
        #expect(scanner.entries.count < 263)
        let failure = #expect(throws: Failure.self) { try scanner.finish() }
        #expect(failure?.message.contains("bytes of names") == true)
    }

    @Test func aHostileModulesArchiveIsNamed() async throws {
        var tar = TarBuilder()
        tar.add("../owned", data: [1])
        let folder = try TemporaryFolder()
        let modules = try folder.write(tar.archive, to: "modules.tar")
        let failure = try await refusal(entry("init") + entry("TRAILER!!!"), [.tarArchive(modules)])
        #expect(failure.type == .job)
        #expect(failure.message.contains("modules.tar holds a path that leads out"))
    }
}

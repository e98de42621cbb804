import Glibc
import LabModel
import Testing

@testable import LabArtifacts

/// A file system of one mebibyte, where the host lets us mount one.
private final class SmallDisk {
    let path: String

    init?() throws {
        let folder = try TemporaryFolder()
        path = folder.path + ".disk"
        try HostFolder.create(path)
        guard getuid() == 0, try run("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path]) != nil else {
            try HostFolder.remove(path)
            return nil
        }
    }

    deinit {
        _ = try? run("umount", ["-l", path])
        try? HostFolder.remove(path)
    }

    static let isPossible = (try? SmallDisk()) != nil
}

@Suite struct FullDiskTests {
    private let noise = (0..<(3 << 20)).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) | 1 }

    /// `/dev/full` takes nothing and says that the disk is full.
    private func fullFile() throws -> HostFile {
        let descriptor = open("/dev/full", O_RDWR | O_CLOEXEC)
        try #require(descriptor >= 0)
        return HostFile(path: "/dev/full", descriptor: descriptor)
    }

    @Test(arguments: ["gz", "xz", "bz2", "zstd", "zip"]) func unpackingOntoAFullDiskIsTheLabsFault(name: String) throws
    {
        let folder = try TemporaryFolder()
        let source = try HostFile.read(folder.write(#require(Fixtures.plain[name]), to: "packed"))
        let compression = try #require(ImageRequest.Compression(rawValue: name))
        let full = try fullFile()
        do {
            _ = try Unpacker(limits: UnpackLimits()).unpack(
                source, compression, to: full, cancellation: CancellationFlag())
            Issue.record("a full disk was not noticed")
        } catch {
            let failure = Failure(anyError: error)
            #expect(failure.type == .infrastructure && failure.message.contains("No space left on device"))
            #expect(failure.advice?.hasPrefix("free space") == true)
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible)) func aFullDiskKeepsNoHalfOfADownload() async throws {
        let disk = try #require(try SmallDisk())
        try await StoreFixture.with(root: disk.path) { lab in
            try await FixtureServer.with({ _ in .init(headers: [("ETag", "\"v1\"")], body: noise) }) { base, log in
                let failure = await #expect(throws: Failure.self) {
                    try await lab.fetch(ImageRequest(name: "rootfs", url: "\(base)/a"))
                }
                #expect(failure?.type == .infrastructure && failure?.place == "image rootfs")
                #expect(failure?.message.contains("No space left on device") == true)
                let kept = try lab.kept()
                #expect(kept.isEmpty)
                #expect(log.all.count == 1)
            }
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible && isInstalled("gzip")))
    func aFullDiskKeepsNoHalfOfAnUnpackedImage() async throws {
        let disk = try #require(try SmallDisk())
        let folder = try TemporaryFolder()
        try folder.write([UInt8](repeating: 0x41, count: 4 << 20), to: "image")
        _ = try #require(try run("gzip", ["-n", "image"], in: folder.path))
        let packed = try folder.bytes(of: "image.gz")
        try await StoreFixture.with(root: disk.path) { lab in
            try await FixtureServer.with({ _ in .init(headers: [("ETag", "\"v1\"")], body: packed) }) { base, _ in
                let request = ImageRequest(name: "rootfs", url: "\(base)/image.gz", compression: .gz)
                for _ in 0..<2 {
                    let failure = await #expect(throws: Failure.self) { try await lab.fetch(request) }
                    #expect(failure?.type == .infrastructure && failure?.place == "image rootfs")
                    #expect(failure?.message.contains("No space left on device") == true)
                    // The whole download is sound and stays; of the image nothing.
                    #expect(try HostFolder.names(in: disk.path + "/job").isEmpty)
                    #expect(try HostFolder.names(in: disk.path + "/cache/files").count == 1)
                }
                // What was kept is whole.
                let kept = try await lab.fetch(request, keepsCompression: true)
                #expect(kept.cameFromCache || kept.size == Int64(packed.count))
                #expect(try bytes(ofFile: kept.path) == packed)
            }
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible)) func aFullDiskEndsAnExtraction() async throws {
        let disk = try #require(try SmallDisk())
        let folder = try TemporaryFolder()
        var tar = TarBuilder()
        tar.add("big", data: noise)
        let path = try folder.write(tar.archive, to: "a.tar")
        let target = disk.path + "/out"
        try HostFolder.create(target)
        let error = #expect(throws: HostError.self) {
            try TarExtractor(limits: ArchiveLimits()).extract(path, into: target, cancellation: CancellationFlag())
        }
        #expect(error?.code == ENOSPC)
    }
}

import Glibc
import LabModel
import Testing

@testable import LabArtifacts

@Suite struct PackingTests {
    private let packer = ArchivePacker()

    private func base(_ folder: TemporaryFolder) throws -> String {
        // As Debian's initrd: /lib is a link, and /root is not for everybody.
        let tree = try folder.folder("base")
        try folder.write(Array("#!/bin/sh\n".utf8), to: "base/init")
        try folder.write([1], to: "base/usr/lib/libc.so")
        _ = try folder.folder("base/root")
        #expect(try run("ln", ["-s", "usr/lib", tree + "/lib"]) != nil)
        #expect(try run("chmod", ["700", tree + "/root"]) != nil)
        return tree
    }

    /// Packs `folder/base` with the tool, for comparison with what others make.
    private func cpio(_ folder: TemporaryFolder) throws -> String {
        let script = "cd base && find . | cpio --quiet -o -H newc > ../base.cpio"
        _ = try #require(try run("sh", ["-c", script], in: folder.path))
        return folder.path + "/base.cpio"
    }

    private var layer: RamdiskLayer {
        .entries([
            OverlayEntry(path: "lava-7/bin/run", mode: 0o755, content: .bytes(Array("run\n".utf8))),
            OverlayEntry(path: "lib/modules/6.1/a.ko", mode: 0o644, content: .bytes([7, 7])),
            OverlayEntry(path: "root/note", mode: 0o600, content: .bytes([1])),
        ])
    }

    @Test(.enabled(if: isInstalled("cpio")), arguments: [nil, "gzip", "xz", "zstd"])
    func layersFollowTheRamdiskAsItWas(tool: String?) async throws {
        let folder = try TemporaryFolder()
        _ = try base(folder)
        var ramdisk = try cpio(folder)
        if let tool {
            let arguments = tool == "xz" ? ["--check=crc32"] : []
            _ = try #require(try run("sh", ["-c", "\(tool) \(arguments.joined()) -c base.cpio > r"], in: folder.path))
            ramdisk = folder.path + "/r"
        }
        var tar = TarBuilder()
        tar.add("lib/", type: "5", mode: "0000700")
        tar.add("lib/modules/6.1/b.ko", data: [8])
        tar.add("lib/modules/6.1/build", type: "2", link: "/usr/src/linux")
        let modules = try folder.write(tar.archive, to: "modules.tar")
        let result = folder.path + "/out.cpio"
        try await packer.extendRamdisk(ramdisk, with: [layer, .tarArchive(modules)], to: result, header: nil)

        let original = try bytes(ofFile: ramdisk)
        let extended = try bytes(ofFile: result)
        #expect(Array(extended.prefix(original.count)) == original)
        let start = (original.count + 3) & ~3
        #expect(extended[original.count..<start].allSatisfy { $0 == 0 })
        #expect(extended[start..<start + 6].elementsEqual("070701".utf8))
        let tree = try RamdiskImage(result).tree(UnpackLimits(), CancellationFlag())
        var copy = tree
        let lib = try copy.place(["lib"], .directory)
        #expect(lib.path == nil)

        // GNU cpio reads one archive at a time: the two layers are the second and the third.
        _ = try folder.write(extended[start...], to: "layers.cpio")
        let listing = try #require(
            try run("sh", ["-c", "(cpio -t --quiet; cpio -tv --quiet) < layers.cpio 2>&1"], in: folder.path))
        let names = listing.split(separator: "\n").map(String.init)
        #expect(names.contains("lava-7/bin/run"))
        // The link stays a link, and the folder keeps its mode: neither is named again.
        #expect(names.contains("usr/lib/modules/6.1/a.ko"))
        #expect(!names.contains("lib") && !names.contains("root") && !names.contains("usr/lib"))
        #expect(names.contains("root/note"))
        #expect(listing.contains("usr/lib/modules/6.1/build -> /usr/src/linux"))
    }

    @Test func aFileThatIsNoRamdiskIsRefused() async throws {
        let folder = try TemporaryFolder()
        let wrong = try folder.write(Array("not a ramdisk".utf8), to: "r")
        let failure = await #expect(throws: Failure.self) {
            try await packer.extendRamdisk(wrong, with: [layer], to: folder.path + "/o", header: nil)
        }
        #expect(failure?.type == .job)
        #expect(!folder.exists("o") && !folder.exists("o.part"))
    }

    @Test(.enabled(if: isInstalled("cpio") && isInstalled("mkimage")))
    func mkimageReadsOurHeaders() async throws {
        let folder = try TemporaryFolder()
        _ = try base(folder)
        let ramdisk = try cpio(folder)
        let wrapped = folder.path + "/ramdisk.u-boot"
        try await packer.extendRamdisk(
            ramdisk, with: [layer], to: wrapped, header: RamdiskHeader(architecture: "arm64"))
        let told = try #require(try run("mkimage", ["-l", wrapped]))
        #expect(told.contains("AArch64 Linux RAMDisk Image (uncompressed)"))
        #expect(!told.contains("Bad") && !told.contains("corrupt"))

        // A header that came with the ramdisk is taken off first.
        let again = folder.path + "/again"
        try await packer.extendRamdisk(wrapped, with: [], to: again, header: RamdiskHeader(architecture: "arm64"))
        #expect(try bytes(ofFile: again) == bytes(ofFile: wrapped))

        let kernel = try folder.write([UInt8](repeating: 5, count: 100_000), to: "Image")
        let image = folder.path + "/uImage"
        try await packer.wrapKernel(kernel, to: image, architecture: "arm64", loadAddress: "0x40080000")
        let facts = try #require(try run("mkimage", ["-l", image]))
        #expect(facts.contains("AArch64 Linux Kernel Image (uncompressed)"))
        #expect(facts.contains("Load Address: 40080000") && facts.contains("Entry Point:  40080000"))
        // mkimage checks the data too when it is asked for a component.
        let component = try run("dumpimage", ["-T", "kernel", "-p", "0", "-o", folder.path + "/x", image])
        if component != nil { #expect(try folder.bytes(of: "x") == bytes(ofFile: kernel)) }
    }

    @Test func aHeaderHoldsOnlyWhatUBootKnows() {
        #expect(throws: Failure.self) { try UBootImage(.kernel, architecture: "z80", name: "x") }
        #expect(throws: Failure.self) {
            try UBootImage(.kernel, architecture: "arm", loadAddress: "0x1000000000", name: "x")
        }
    }

    @Test func aTarHoldsTheTreeAndIsTheSameEachTime() async throws {
        let folder = try TemporaryFolder()
        try folder.write([1, 2, 3], to: "tree/sub/file")
        #expect(try run("sh", ["-c", "ln -s sub/file tree/link; chmod 755 tree/sub/file"], in: folder.path) != nil)
        let long = String(repeating: "n", count: 150)
        let entries = [
            OverlayEntry(path: "lava-1/bin", mode: 0o755, content: .tree(folder.path + "/tree")),
            OverlayEntry(path: "lava-1/\(long)", mode: 0o600, content: .bytes([9])),
        ]
        try await packer.packTar(entries, to: folder.path + "/a.tar.gz")
        try await packer.packTar(entries, to: folder.path + "/b.tar.gz")
        #expect(try folder.bytes(of: "a.tar.gz") == folder.bytes(of: "b.tar.gz"))
        _ = try folder.folder("out")
        _ = try #require(try run("tar", ["-xzf", "../a.tar.gz"], in: folder.path + "/out"))
        #expect(try folder.bytes(of: "out/lava-1/bin/link") == [1, 2, 3])
        #expect(try folder.bytes(of: "out/lava-1/\(long)") == [9])
        let mode = try #require(try HostFolder.status(of: folder.path + "/out/lava-1/bin/sub/file")).st_mode
        #expect(mode & 0o777 == 0o755)
    }

    @Test(arguments: ["../up", "a/../../up"]) func anOverlayStaysBelowItsRoot(path: String) async throws {
        let folder = try TemporaryFolder()
        await #expect(throws: Failure.self) {
            try await packer.packTar(
                [OverlayEntry(path: path, mode: 0o644, content: .bytes([]))], to: folder.path + "/t")
        }
    }

    @Test(.enabled(if: isInstalled("mke2fs") && isInstalled("debugfs")))
    func anExt4ImageHoldsTheTree() async throws {
        let folder = try TemporaryFolder()
        let image = folder.path + "/overlay.ext4"
        let entries = [
            OverlayEntry(path: "lava-1/bin/run", mode: 0o755, content: .bytes(Array("hello\n".utf8))),
            OverlayEntry(path: "lava-1/secrets", mode: 0o600, content: .bytes([1])),
        ]
        try await packer.packExt4(entries, to: image)
        #expect(try run("debugfs", ["-R", "cat /lava-1/bin/run", image])?.contains("hello") == true)
        #expect(try run("debugfs", ["-R", "stat /lava-1/secrets", image])?.contains("Mode:  0600") == true)
        #expect(try run("e2fsck", ["-fn", image]) != nil)
        #expect(!folder.exists("overlay.ext4.tree") && !folder.exists("overlay.ext4.part"))
    }

    @Test func aRamdisksLinksAreFollowedAndNeverInCircles() throws {
        var tree = RamdiskTree([
            ["lib"]: .link("/usr/lib"), ["usr"]: .directory, ["usr", "lib"]: .directory, ["a"]: .link("b"),
            ["b"]: .link("a"), ["file"]: .other,
        ])
        let first = try tree.place(["lib", "modules", "x"], .other)
        #expect(first.parents == [["usr", "lib", "modules"]])
        #expect(first.path == ["usr", "lib", "modules", "x"])
        let again = try tree.place(["lib", "modules"], .directory)
        #expect(again.path == nil)
        let new = try tree.place(["new"], .directory)
        #expect(new == RamdiskTree.Placement(parents: [], path: ["new"]))
        #expect(throws: Failure.self) { _ = try tree.place(["a", "x"], .other) }
        #expect(throws: Failure.self) { _ = try tree.place(["file", "x"], .other) }
    }
}

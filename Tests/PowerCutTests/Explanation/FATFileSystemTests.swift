import Foundation
import LabModel
import Testing

@testable import PowerCut

@Suite struct FATFileSystemTests {
    @Test(arguments: [("12", 1 << 20), ("16", 16 << 20), ("32", 33 << 20)])
    func anUpdateOfAFileIsNamed(bits: String, size: Int) async throws {
        try await DiskWorkshop.with { shop in
            let image = try shop.file("disk", size: size)
            try await shop.run("mkfs.vfat", ["-F", bits, "-s", "1", image])
            try await shop.run("mmd", ["-i", image, "::loader"])
            let old = try shop.file("old", [UInt8](repeating: 1, count: 700))
            try await shop.run("mcopy", ["-i", image, old, "::boot.scr"])
            try await shop.run("mcopy", ["-i", image, old, "::loader/A long name, with spaces.conf"])
            let before = try shop.bytes("disk")
            let new = try shop.file("new", [UInt8](repeating: 2, count: 5000))
            try await shop.run("mcopy", ["-i", image, new, "::boot.new"])
            try await shop.run("mdel", ["-i", image, "::boot.scr"])
            try await shop.run("mren", ["-i", image, "::boot.new", "::boot.scr"])
            try await shop.run("mcopy", ["-i", image, new, "::loader/Another name.conf"])
            let after = try shop.bytes("disk")
            let system = try #require(FATFileSystem(part(after)))
            #expect("\(system.geometry.bits)" == bits && system.kind == "vfat")
            // Directories before the rest: the entry leads to clusters that nobody has written.
            let space = try shop.space(from: before, to: after, block: 512) {
                system.structures(in: $0..<$0 + 512, limit: 1).first?.structure == .directory ? 0 : 1
            }
            let named = try space.named()
            let root = try #require(named.flatMap(\.places).first { $0.path == "/" })
            #expect(root.structure == .directory)
            let change = try #require(root.changes.first { $0.hasPrefix("\"boot.scr\": 700 bytes from cluster ") })
            #expect(
                change.contains("then 5000 bytes from cluster")
                    && change.hasSuffix("which the allocation table calls free in this state"))
            let folder = try #require(named.flatMap(\.places).first { $0.path == "/loader" })
            #expect(folder.changes.contains { $0.hasPrefix("\"Another name.conf\" appears: 5000 bytes") })
            let others = named.flatMap(\.places)
            #expect(others.contains { $0.structure == .fileData && $0.path == "/loader/Another name.conf" })
            #expect(others.contains { $0.words == "allocation table, copy 2 of 2" })
            #expect(
                others.contains {
                    $0.structure == .allocationTable && $0.changes.contains { $0.contains("free, then") }
                })
            #expect(others.contains { $0.structure == .fsInfo } == (bits == "32"))
        }
    }

    private func part(_ image: [UInt8]) throws -> DiskPart {
        let base = try BaseImage(contents: image)
        let header = TraceHeader(baseDigest: base.digest(), baseSize: base.size, recordedAt: WallTime(nanoseconds: 0))
        return DiskPart(try CrashState(.prefix(0), in: CrashSpace(base: base, trace: Trace.empty(header: header))))
    }
}

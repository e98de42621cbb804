import Foundation
import LabModel
import Testing

@testable import PowerCut

/// What a block is, against what debugfs says of the same image.
@Suite struct ExtFileSystemTests {
    private static let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }

    private func tree(_ shop: DiskWorkshop) throws -> String {
        try shop.file("tree/boot.scr", Array("old script".utf8) + [UInt8](repeating: 1, count: 2000))
        try shop.file("tree/deep/er/Image", Self.large)
        for number in 0..<120 { try shop.file("tree/many/file-with-a-long-name-\(number)", [1]) }
        return shop.path("tree")
    }

    private func state(_ image: [UInt8]) throws -> DiskPart {
        let base = try BaseImage(contents: image)
        let header = TraceHeader(baseDigest: base.digest(), baseSize: base.size, recordedAt: WallTime(nanoseconds: 0))
        return DiskPart(try CrashState(.prefix(0), in: CrashSpace(base: base, trace: Trace.empty(header: header))))
    }

    @Test(arguments: [
        ("ext4", ["-b", "1024"]), ("ext4", ["-b", "4096", "-O", "^has_journal"]), ("ext3", ["-b", "2048"]),
        ("ext2", ["-b", "1024"]),
    ])
    func everyBlockIsWhatDebugfsSays(kind: String, options: [String]) async throws {
        try await DiskWorkshop.with { shop in
            let image = try shop.file("disk", size: 16 << 20)
            try await shop.run("mke2fs", ["-q", "-F", "-t", kind] + options + ["-d", try tree(shop), image])
            let system = try #require(ExtFileSystem(try state(try shop.bytes("disk"))))
            #expect(system.kind == kind)
            for path in ["/boot.scr", "/deep/er/Image", "/many", "/deep/er", "/many/file-with-a-long-name-99"] {
                let blocks = try await shop.run("debugfs", ["-R", "blocks \(path)", image])
                    .split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
                #expect(!blocks.isEmpty)
                for block in blocks {
                    let found = try #require(name(block, system).first)
                    if found.path != path { Issue.record("block \(block) of \(path) is \(found)") }
                }
            }
            if options.last != "^has_journal", kind != "ext2" {
                let journal = try await shop.run("debugfs", ["-R", "blocks <8>", image])
                    .split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
                let structures = Set(journal.flatMap { name($0, system) }.map(\.structure))
                #expect(structures.isSubset(of: [.journal, .fileMap]) && structures.contains(.journal))
            }
            try await checkLayout(system, image, shop)
        }
    }

    private func name(_ block: Int, _ system: ExtFileSystem) -> [FoundStructure] {
        let size = system.geometry.blockSize
        return system.structures(in: block * size..<(block + 1) * size, limit: 8)
    }

    /// The places that dumpe2fs names, and the free blocks.
    private func checkLayout(_ system: ExtFileSystem, _ image: String, _ shop: DiskWorkshop) async throws {
        let text = try await shop.run("dumpe2fs", [image])
        let places: [(Regex<(Substring, Substring)>, WrittenPlace.Structure)] = [
            (/Block bitmap at ([0-9]+)/, .blockBitmap), (/Inode bitmap at ([0-9]+)/, .inodeBitmap),
            (/Inode table at ([0-9]+)/, .inodeTable), (/(?:Primary|Backup) superblock at ([0-9]+)/, .superblock),
            (/Group descriptors at ([0-9]+)/, .groupDescriptors),
        ]
        for (pattern, structure) in places {
            let blocks = text.matches(of: pattern).compactMap { Int($0.1) }
            #expect(!blocks.isEmpty)
            for block in blocks where !name(block, system).contains(where: { $0.structure == structure }) {
                Issue.record("block \(block) is no \(structure.rawValue)")
            }
        }
        let free = text.matches(of: /Free blocks: ([0-9]+)-([0-9]+)/).compactMap { Int($0.1) }
        for block in free where name(block, system).first?.structure != .free {
            Issue.record("block \(block) is not free: \(name(block, system))")
        }
    }

    @Test func aNameThatIsWrittenBeforeItsInodeDangles() async throws {
        try await DiskWorkshop.with { shop in
            let image = try shop.file("disk", size: 4 << 20)
            try await shop.run(
                "mke2fs", ["-q", "-F", "-t", "ext4", "-b", "1024", "-d", try tree(shop), image])
            let before = try shop.bytes("disk")
            try shop.file("next.scr", Array("new script".utf8) + [UInt8](repeating: 2, count: 900))
            try await shop.run("debugfs", ["-w", "-R", "write \(shop.path("next.scr")) next.scr", image])
            try await shop.run("debugfs", ["-w", "-R", "rm boot.scr", image])
            let system = try #require(ExtFileSystem(try state(try shop.bytes("disk"))))
            let root = try #require(
                Int(try await shop.run("debugfs", ["-R", "blocks /", image]).split(separator: " ").first ?? ""))
            // The root directory's block is written first.
            let space = try shop.space(from: before, to: try shop.bytes("disk")) { $0 == root * 1024 ? 0 : 1 }
            let named = try space.named()
            let place = try #require(named.first?.places.first)
            #expect(place.structure == .directory && place.path == "/" && place.fileSystem == "ext4")
            #expect(
                place.changes.contains {
                    $0.hasPrefix("\"next.scr\" appears and names inode ")
                        && $0.hasSuffix("(all zeros in this state)")
                })
            #expect(place.changes.contains("\"boot.scr\" vanishes"))
            let places = named.dropFirst().flatMap(\.places)
            #expect(places.contains { $0.structure == .fileData && $0.path == "/next.scr" })
            let table = try #require(
                places.first { $0.changes.contains { $0.contains("(/next.scr): all zeros, then a file of 910 bytes") } }
            )
            #expect(table.structure == .inodeTable)
            #expect(places.contains { $0.structure == .inodeBitmap && $0.changes.contains { $0.contains("in use") } })
            #expect(Set(places.map(\.structure)).isSuperset(of: [.blockBitmap, .groupDescriptors, .superblock]))
            #expect(system.path(2) == "/")
        }
    }

    /// Whatever the disk says, an answer comes, and soon.
    @Test(arguments: [0, 1]) func damagedFileSystemsAreWalkedToAnEnd(kind: Int) async throws {
        try await DiskWorkshop.with { shop in
            let image = try shop.file("disk", size: 1 << 20)
            if kind == 0 {
                try shop.file("tree/a/b/file", Array(Self.large.prefix(20_000)))
                try await shop.run(
                    "mke2fs", ["-q", "-F", "-t", "ext4", "-b", "1024", "-N", "32", "-d", shop.path("tree"), image])
            } else {
                try await shop.run("mkfs.vfat", ["-F", "12", image])
                let file = try shop.file("file", Array(Self.large.prefix(20_000)))
                try await shop.run("mmd", ["-i", image, "::a"])
                try await shop.run("mcopy", ["-i", image, file, "::a/file"])
            }
            let intact = try shop.bytes("disk")
            let used = intact.indices.filter { intact[$0] != 0 }
            var chance = Chance(77)
            var recognised = 0
            for _ in 0..<150 {
                var image = intact
                for _ in 0..<(1 + chance.upTo(40)) {
                    image[used[chance.upTo(used.count)]] = UInt8(truncatingIfNeeded: chance.next())
                }
                let part = try state(image)
                let reader: (any FileSystemReader)? = ExtFileSystem(part) ?? FATFileSystem(part)
                guard let reader else { continue }
                recognised += 1
                let found = reader.structures(in: 0..<part.count, limit: 5000)
                let isOrdered = zip(found, found.dropFirst()).allSatisfy {
                    $0.bytes.upperBound == $1.bytes.lowerBound
                }
                if !isOrdered { Issue.record("pieces overlap or leave gaps") }
                for piece in found.prefix(40) {
                    if reader.changes(of: piece, from: part, to: try state(intact)).count > 9 {
                        Issue.record("too many changes")
                    }
                }
            }
            #expect(recognised > 20)
        }
    }
}

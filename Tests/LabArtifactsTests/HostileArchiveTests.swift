import Glibc
import LabModel
import Testing

@testable import LabArtifacts

@Suite struct HostileArchiveTests {
    /// Unpacks a tar archive; gives the folder where it went.
    private func extract(
        _ archive: [UInt8], limits: ArchiveLimits = ArchiveLimits(), strip: Int = 0
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let source = try folder.write(archive, to: "archive.tar")
        try TarExtractor(limits: limits).extract(
            source, into: folder.folder("out"), stripComponents: strip, cancellation: CancellationFlag())
        return folder
    }

    private func refusal(
        _ archive: [UInt8], limits: ArchiveLimits = ArchiveLimits(), strip: Int = 0, _ comment: Comment? = nil
    ) throws -> String {
        let failure = #expect(throws: Failure.self, comment) { try extract(archive, limits: limits, strip: strip) }
        let found = try #require(failure)
        #expect(found.type == .job, comment)
        return found.message
    }

    private func archive(_ build: (inout TarBuilder) -> Void) -> [UInt8] {
        var builder = TarBuilder()
        build(&builder)
        return builder.archive
    }

    private func gzipped(_ bytes: [UInt8]) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        try folder.write(bytes, to: "a")
        _ = try #require(try run("gzip", ["-nf", "a"], in: folder.path))
        return try folder.bytes(of: "a.gz")
    }

    @Test func aMemberThatClaimsMoreThanAllowedIsRefusedBeforeItsData() throws {
        for claim: Int64 in [1 << 62, 1 << 40, (16 << 30) + 1] {
            var tar = TarBuilder()
            tar.add("huge", data: [1])
            tar.claimSize(claim, ofHeaderAt: 0)
            #expect(try refusal(tar.archive).contains("more than 17179869184 bytes"), "\(claim)")
            // Also where it would only be passed over.
            #expect(try refusal(tar.archive, strip: 1).contains("more than 17179869184 bytes"), "\(claim)")
        }
        // More than libarchive itself believes.
        var tar = TarBuilder()
        tar.add("huge", data: [1])
        tar.claimSize(.max, ofHeaderAt: 0)
        _ = try refusal(tar.archive)
    }

    @Test func aMemberThatClaimsMoreThanThereIsIsRefused() throws {
        let bytes = archive { $0.add("a", data: [1, 2, 3], size: 1 << 20) }
        #expect(try refusal(bytes).hasPrefix("is not a sound tar archive"))
    }

    @Test func sparseMembersCountByTheSizeTheyGet() throws {
        // PAX, GNU.sparse 1.0: the map comes first in the data.
        func sparse(_ size: Int64) -> [UInt8] {
            archive { tar in
                tar.addPax([
                    ("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "holes"),
                    ("GNU.sparse.realsize", String(size)),
                ])
                let map = Array("1\n\(size - 512)\n512\n".utf8)
                tar.add(
                    "GNUSparseFile.0/holes",
                    data: map + [UInt8](repeating: 0, count: 512 - map.count)
                        + [UInt8](repeating: 7, count: 512))
            }
        }
        let folder = try extract(sparse(1 << 20))
        #expect(
            try folder.bytes(of: "out/holes") == [UInt8](repeating: 0, count: (1 << 20) - 512)
                + [UInt8](repeating: 7, count: 512))
        #expect(try refusal(sparse(1 << 50)).contains("more than 17179869184 bytes"))
        #expect(try refusal(sparse(1 << 20), limits: ArchiveLimits(maximumBytes: 1 << 19)).contains("524288 bytes"))
    }

    @Test func paxHeadersChangeNothingAboutTheRules() throws {
        let traps: [(String, (inout TarBuilder) -> Void)] = [
            (
                "path",
                {
                    $0.addPax([("path", "../../owned")]); $0.add("fine", data: [1])
                }
            ),
            (
                "absolute path",
                {
                    $0.addPax([("path", "/etc/owned")]); $0.add("fine", data: [1])
                }
            ),
            (
                "link",
                {
                    $0.addPax([("linkpath", "/etc/passwd")]); $0.add("l", type: "2", link: "fine")
                }
            ),
            (
                "hard link",
                {
                    $0.addPax([("linkpath", "../../etc/passwd")]); $0.add("l", type: "1", link: "fine")
                }
            ),
            (
                "size",
                {
                    $0.addPax([("size", "9223372036854775807")]); $0.add("fine", data: [1])
                }
            ),
            (
                "a path for all",
                {
                    $0.addPax([("path", "../owned")], type: "g"); $0.add("../owned", data: [1])
                }
            ),
            (
                "newline",
                {
                    $0.addPax([("path", "a\nb")]); $0.add("fine", data: [1])
                }
            ),
        ]
        for (name, trap) in traps { _ = try refusal(archive(trap), "\(name)") }
    }

    @Test func namesAreWhatFileSystemsTake() throws {
        // A NUL ends a name wherever it comes from.
        let folder = try extract(
            archive { tar in
                tar.addPax([("path", "cut\0/../../owned")])
                tar.add("fine", data: [1])
            })
        #expect(try HostFolder.names(in: folder.path + "/out") == ["cut"])
        for name in ["a\nb", "a\u{1b}[2Jb", "a\rb", "a\tb", "\u{7f}"] {
            let message = try refusal(archive { $0.add(name, data: [1]) })
            #expect(message.contains("control characters"))
            #expect(message.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f })
        }
        let long = String(repeating: "n", count: 256)
        #expect(
            try refusal(
                archive {
                    $0.addPax([("path", long)]); $0.add("x", data: [1])
                }
            ).contains("too long"))
        let longer = String(repeating: "n/", count: 2049)
        #expect(
            try refusal(
                archive {
                    $0.addPax([("path", longer)]); $0.add("x", data: [1])
                }
            ).contains("too long"))
    }

    @Test func aNameOfMegabytesIsRefused() throws {
        // GNU's long name: the data of an entry before the one it names.
        let bytes = archive { tar in
            tar.add("././@LongLink", type: "L", data: [UInt8](repeating: 0x61, count: 5 << 20) + [0])
            tar.add("a", data: [1])
        }
        #expect(try refusal(bytes).utf8.count < 1000)
    }

    @Test func setIdBitsAndOwnersAreNotKept() throws {
        let folder = try extract(archive { $0.add("suid", data: [1], mode: "0006777") })
        let status = try #require(try HostFolder.status(of: folder.path + "/out/suid"))
        #expect(status.st_mode & 0o7777 == 0o755 && status.st_uid == getuid())
    }

    @Test func foldersThatAreOnlyNamedCount() throws {
        let deep = archive { tar in for index in 0..<4 { tar.add("\(index)/a/b/c/d/f", data: [1]) } }
        #expect(try refusal(deep, limits: ArchiveLimits(maximumEntries: 23)).contains("more than 23 entries"))
        #expect(throws: Never.self) { try extract(deep, limits: ArchiveLimits(maximumEntries: 24)) }
        #expect(try refusal(deep, limits: ArchiveLimits(maximumNameBytes: 80)).contains("bytes of names"))
    }

    @Test func whatIsPassedOverIsBoundedToo() throws {
        // 1 MiB of zeros that the stripped components drop.
        let bytes = try gzipped(archive { $0.add("top", data: [UInt8](repeating: 0, count: 1 << 20)) })
        #expect(bytes.count < 4096)
        #expect(throws: Never.self) { try extract(bytes, strip: 1) }
        let many = archive { tar in for index in 0..<5 { tar.add("f\(index)", data: [1]) } }
        _ = try refusal(many, limits: ArchiveLimits(maximumEntries: 4), strip: 1)
    }

    @Test func aBombUnderATarsCompressionIsBounded() throws {
        let folder = try TemporaryFolder()
        let bomb = try gzipped([UInt8](repeating: 0, count: 8 << 20))
        let path = try folder.write(bomb, to: "a.tar.gz")
        let failure = #expect(throws: Failure.self) {
            _ = try TarReader(path, limits: UnpackLimits(maximumBytes: 1 << 20), cancellation: CancellationFlag())
        }
        #expect(failure?.message.contains("more than 1048576 bytes") == true)
        #expect(try HostFolder.names(in: folder.path) == ["a.tar.gz"])
    }

    @Test func theEndMarkMustBeThere() throws {
        var tar = TarBuilder()
        tar.add("a", data: [UInt8](repeating: 0, count: 1024))
        tar.add("b", data: [1])
        let mark = [UInt8](repeating: 0, count: 512)
        // Cut between two entries, the first of which ends in zeros.
        #expect(try refusal(Array(tar.bytes.prefix(1536))).contains("is cut"))
        #expect(try refusal(tar.bytes).contains("is cut"))
        for count in [1, 2, 20] {
            #expect(throws: Never.self) { try extract(tar.bytes + [[UInt8]](repeating: mark, count: count).joined()) }
        }
        _ = try refusal([])
        #expect(throws: Never.self) { try extract(mark + mark) }
    }

    @Test func whatFollowsTheEndMarkIsRefused() throws {
        let bytes = archive { $0.add("a", data: [1]) }
        #expect(try refusal(bytes + [0x41]).contains("after the end of the archive"))
        #expect(try refusal(bytes + [UInt8](repeating: 0, count: 1 << 20) + [1]).contains("after the end"))
        // A second archive would be seen by some tools and not by others.
        #expect(try refusal(bytes + bytes).contains("after the end"))
    }

    @Test(arguments: ["gzip", "xz", "bzip2", "zstd"]) func checksumsUnderneathCount(tool: String) throws {
        guard isInstalled(tool) else { return }
        let folder = try TemporaryFolder()
        try folder.write(archive { $0.add("a", data: Fixtures.text) }, to: "a.tar")
        _ = try #require(try run("sh", ["-c", "\(tool) -c a.tar > packed"], in: folder.path))
        let packed = try folder.bytes(of: "packed")
        #expect(try extract(packed).bytes(of: "out/a") == Fixtures.text)
        var broken = packed
        broken[broken.count - (tool == "xz" ? 30 : 3)] ^= 0x10
        _ = try refusal(broken)
        _ = try refusal(Array(packed.dropLast(2)))
        _ = try refusal(packed + Array("junk".utf8))
    }
}

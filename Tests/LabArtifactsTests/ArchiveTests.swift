import Glibc
import LabModel
import Testing

@testable import LabArtifacts

@Suite struct TarExtractionTests {
    private func extract(
        _ archive: [UInt8], strip: Int = 0, limits: ArchiveLimits = ArchiveLimits()
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let source = try folder.write(archive, to: "archive.tar")
        try TarExtractor(limits: limits).extract(
            source, into: folder.folder("out"), stripComponents: strip, cancellation: CancellationFlag())
        return folder
    }

    private func archive(_ build: (inout TarBuilder) -> Void) -> [UInt8] {
        var builder = TarBuilder()
        build(&builder)
        return builder.archive
    }

    @Test func filesFoldersAndLinksAreMade() throws {
        let folder = try extract(
            archive { tar in
                tar.add("top/", type: "5", mode: "0000755")
                tar.add("top/run.sh", data: Array("echo".utf8), mode: "0004755")
                tar.add("top/deep/er/file", data: [1, 2, 3])
                tar.add("top/link", type: "2", link: "deep/er/file")
                tar.add("top/second", type: "1", link: "top/run.sh")
            }, strip: 1)
        #expect(try folder.bytes(of: "out/run.sh") == Array("echo".utf8))
        #expect(try folder.bytes(of: "out/link") == [1, 2, 3])
        #expect(try folder.bytes(of: "out/second") == Array("echo".utf8))
        let mode = try #require(try HostFolder.status(of: folder.path + "/out/run.sh")).st_mode
        #expect(mode & 0o7777 == 0o755)
    }

    @Test func theLaterOfTwoFilesStays() throws {
        let folder = try extract(
            archive { tar in
                tar.add("a", data: [1, 1, 1])
                tar.add("a", data: [2])
            })
        #expect(try folder.bytes(of: "out/a") == [2])
    }

    @Test(arguments: [
        "absolute", "climbs", "climbs inside", "link out", "absolute link", "through link", "link over folder",
        "hard link out", "hard link to link", "device", "fifo", "file as folder", "climbing target",
    ])
    func hostileArchivesAreRefused(trap: String) throws {
        let bytes = archive { tar in
            switch trap {
            case "absolute": tar.add("/etc/owned", data: [1])
            case "climbs": tar.add("../owned", data: [1])
            case "climbs inside": tar.add("a/../../owned", data: [1])
            case "link out": tar.add("a/b", type: "2", link: "../../owned")
            case "absolute link": tar.add("a", type: "2", link: "/etc")
            case "through link":
                tar.add("a", type: "2", link: ".")
                tar.add("a/owned", data: [1])
            case "link over folder":
                tar.add("a/b", data: [1])
                tar.add("a", type: "2", link: "c")
            case "hard link out": tar.add("a", type: "1", link: "../../etc/passwd")
            case "hard link to link":
                tar.add("a", type: "2", link: "b")
                tar.add("c", type: "1", link: "a")
            case "device": tar.add("null", type: "3")
            case "fifo": tar.add("pipe", type: "6")
            case "climbing target":
                tar.add("x/y/z", type: "2", link: "../..")
                tar.add("t", type: "2", link: "x/y/z/../owned")
            default:
                tar.add("a", data: [1])
                tar.add("a/b", data: [1])
            }
        }
        let failure = #expect(throws: Failure.self) { _ = try extract(bytes) }
        #expect(failure?.type == .job)
    }

    @Test func theNumberAndTheSizeAreBounded() {
        let many = archive { tar in for index in 0..<20 { tar.add("f\(index)", data: [1]) } }
        #expect(throws: Failure.self) { try extract(many, limits: ArchiveLimits(maximumEntries: 19)) }
        #expect(throws: Failure.self) { try extract(many, limits: ArchiveLimits(maximumBytes: 19)) }
        #expect(throws: Never.self) { try extract(many, limits: ArchiveLimits(maximumEntries: 20, maximumBytes: 20)) }
        let deep = archive { $0.add(String(repeating: "d/", count: 40) + "f", data: [1]) }
        #expect(throws: Failure.self) { try extract(deep, limits: ArchiveLimits(maximumDepth: 16)) }
    }

    @Test func aCutArchiveIsRefused() {
        let bytes = archive { $0.add("a", data: [UInt8](repeating: 7, count: 5000)) }
        #expect(throws: Failure.self) { try extract(Array(bytes.prefix(3000))) }
    }

    @Test func compressionIsRecognisedButOnlyOnce() throws {
        let plain = archive { $0.add("a", data: [1, 2]) }
        let folder = try TemporaryFolder()
        let once = try folder.write(plain, to: "once.tar")
        #expect(try run("gzip", ["-kf", once]) != nil)
        #expect(try extract(folder.bytes(of: "once.tar.gz")).bytes(of: "out/a") == [1, 2])
        try folder.write(folder.bytes(of: "once.tar.gz"), to: "twice")
        #expect(try run("gzip", ["-kf", folder.path + "/twice"]) != nil)
        #expect(throws: Failure.self) { try extract(folder.bytes(of: "twice.gz")) }
        var broken = try folder.bytes(of: "once.tar.gz")
        broken[broken.count - 6] ^= 1
        #expect(throws: Failure.self) { try extract(broken) }
    }
}

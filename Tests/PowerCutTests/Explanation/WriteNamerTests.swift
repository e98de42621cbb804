import Foundation
import LabModel
import Testing

@testable import PowerCut

@Suite struct WriteNamerTests {
    /// The bytes of an environment of `size`, as mkenvimage writes it.
    private func environment(_ shop: DiskWorkshop, _ text: String, size: Int, flag: UInt8?) async throws -> [UInt8] {
        let input = try shop.file("env.txt", Array(text.utf8))
        try await shop.run(
            "mkenvimage", (flag == nil ? [] : ["-r"]) + ["-s", "\(size)", "-o", shop.path("env.bin"), input])
        var bytes = try shop.bytes("env.bin")
        if let flag { bytes[4] = flag }
        return bytes
    }

    @Test func partitionsOfAGPTAndWhatLiesBetweenThem() async throws {
        try await DiskWorkshop.with { shop in
            let disk = try shop.file("disk", size: 8 << 20)
            try await shop.run(
                "sgdisk", ["-n", "1:2048:4095", "-c", "1:boot", "-n", "5:8192:10239", "-c", "5:env <x>", disk])
            let before = try shop.bytes("disk")
            var after = before
            for place in [1024 + 100, 4096 * 512 + 5, 2048 * 512, 9000 * 512] { after[place] ^= 1 }
            let named = try shop.space(from: before, to: after, block: 512).named().flatMap(\.places)
            #expect(named.map(\.structure) == [.partitionTable, .raw, .raw, .raw])
            #expect(named[0].words == "GPT entries" && named[2].words == "between the partitions")
            #expect(named[1].partition == 1 && named[1].partitionName == "boot")
            #expect(named[3].text == "raw, byte \(808 * 512) on partition 5 \"env <x>\"")
            // The copy at the disk's end serves when the first is gone.
            after.replaceSubrange(0..<34 * 512, with: repeatElement(0, count: 34 * 512))
            let second = try shop.space(from: after, to: after.map { $0 ^ 1 }, block: 1 << 20).named()
            #expect(second[4].places.contains { $0.partitionName == "env <x>" })
        }
    }

    @Test func bothCopiesOfARedundantEnvironment() async throws {
        try await DiskWorkshop.with { shop in
            var disk = [UInt8](repeating: 0, count: 1 << 20)
            let first = try await environment(shop, "BOOT_ORDER=A B\nBOOT_A_LEFT=3\n", size: 0x4000, flag: 1)
            let second = try await environment(shop, "BOOT_ORDER=A B\nBOOT_A_LEFT=2\n", size: 0x4000, flag: 2)
            // Longer than a sector, so that a torn write spoils it.
            let long = String(repeating: "x", count: 1000)
            let third = try await environment(
                shop, "BOOT_ORDER=B A\nBOOT_A_LEFT=2\nnew=\(long)\n", size: 0x4000, flag: 3)
            disk.replaceSubrange(0..<0x4000, with: first)
            disk.replaceSubrange(0x8000..<0xc000, with: second)
            var after = disk
            after.replaceSubrange(0..<0x4000, with: third)
            let whole = try shop.space(from: disk, to: after, block: 0x4000)
            let place = try #require(try whole.named().first?.places.first)
            #expect(place.structure == .environment && place.words == "copy 1 of 2 of the U-Boot environment")
            #expect(
                place.changes == [
                    "BOOT_A_LEFT=2 instead of 3", "BOOT_ORDER=B A instead of A B",
                    "new=\(long.prefix(255)) appears", "flag 1, then 3",
                ])
            // Torn: the first sector alone has a checksum that fits nothing.
            var namer = WriteNamer(whole)
            let torn = namer.name(
                write: 1, bytes: 0..<0x4000, without: try CrashState(.prefix(0), in: whole),
                with: try CrashState(StateID(parsing: "w0:first1"), in: whole))
            let spoilt = try #require(torn.places.first)
            #expect(spoilt.changes.first?.hasPrefix("its checksum is wrong") == true)
        }
    }

    @Test func aSingleEnvironmentIsRecognisedToo() async throws {
        try await DiskWorkshop.with { shop in
            var disk = [UInt8](repeating: 0, count: 1 << 19)
            disk.replaceSubrange(
                0x10000..<0x12000, with: try await environment(shop, "bootcmd=boot\n", size: 0x2000, flag: nil))
            var after = disk
            after.replaceSubrange(
                0x10000..<0x12000, with: try await environment(shop, "bootcmd=run x\n", size: 0x2000, flag: nil))
            let place = try #require(
                try shop.space(from: disk, to: after, block: 0x2000).named().first?.places.first)
            #expect(place.words == "U-Boot environment" && place.changes == ["bootcmd=run x instead of boot"])
        }
    }

    @Test func aDiskOfNoKnownKindIsRaw() throws {
        let shop = DiskWorkshop(folder: "/nowhere")
        let named = try shop.space(
            from: [UInt8](repeating: 0, count: 4096), to: [UInt8](repeating: 7, count: 4096)
        ).named()
        #expect(named.allSatisfy { $0.places.first?.structure == .raw && $0.places.first?.partition == nil })
        #expect(named[1].text == "write 2: raw, byte 1024")
    }

    @Test func namesFromADiskCannotForgeALine() {
        #expect(Fields.printable("a\u{1b}[2Jb\nc\u{202e}d") == "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d")
        #expect(Fields.printable(String(repeating: "x", count: 999)).count == 255)
    }
}

import LabModel
import Testing

@Suite struct BootComparisonTests {
    private let good = SampleBoot.lines()

    @Test func theSameBootGoesItsWayToTheEnd() {
        let comparison = BootComparison(good: good, failed: SampleBoot.again(good))
        #expect(comparison.instead.isEmpty && comparison.expected.isEmpty)
        #expect(comparison.unusual.isEmpty && comparison.missing.isEmpty)
        #expect(comparison.matched == comparison.telling)
        #expect(comparison.lastCommon?.failed.text == "root@beaglebone:~#")
    }

    @Test func aHangEndsAtTheLastCommonLine() {
        let failed = SampleBoot.again(SampleBoot.lines(through: "sdhci: Secure"))
        let comparison = BootComparison(good: good, failed: failed)
        #expect(comparison.lastCommon?.failed.text.contains("sdhci: Secure Digital") == true)
        #expect(comparison.expected.first?.text.contains("mmc0: new high speed SDHC card") == true)
        #expect(comparison.instead.isEmpty)
    }

    @Test func aPanicIsWhereTheWayWasLeft() {
        let failed =
            SampleBoot.again(SampleBoot.lines(through: "mmcblk1: mmc1"))
            + SampleBoot.stamped(
                5.7, "[    2.310011] VFS: Cannot open root device \"mmcblk0p2\" or unknown-block(179,2): error -6",
                "[    2.320011] Please append a correct \"root=\" boot option; here are the available partitions:",
                "[    2.330011] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(179,2)",
                "[    2.340011] CPU: 0 PID: 1 Comm: swapper/0 Not tainted 6.1.0-18-armmp #1 Debian 6.1.76-1",
                "[    2.350011] Hardware name: Generic AM33XX (Flattened Device Tree)",
                "[    2.360011]  unwind_backtrace from show_stack+0x18/0x1c",
                "[    2.370011] ---[ end Kernel panic - not syncing: VFS: Unable to mount root fs ]---")
        let comparison = BootComparison(good: good, failed: failed)
        #expect(comparison.lastCommon?.failed.text.contains("mmcblk1: mmc1:0001") == true)
        #expect(comparison.expected.first?.text.contains("EXT4-fs (mmcblk0p2): mounted") == true)
        #expect(comparison.instead.first?.text.contains("VFS: Cannot open root device") == true)
        #expect(comparison.instead.count == BootComparison.shown)
    }

    @Test func aMissingDeviceIsNamedBeforeTheHang() {
        // The card is not there: the kernel waits for its root device without end.
        var failed = SampleBoot.again(SampleBoot.lines(through: "mmcblk1: mmc1"))
        failed.removeAll {
            $0.text.contains("mmc0: new") || $0.text.contains("mmcblk0: mmc0") || $0.text.contains("mmcblk0: p1")
        }
        failed += SampleBoot.stamped(5.4, "[    2.000011] Waiting for root device /dev/mmcblk0p2...")
        let comparison = BootComparison(good: good, failed: failed)
        #expect(comparison.missing.contains { $0.text.contains("SDHC card at address aaaa") })
        #expect(comparison.instead.map(\.text) == ["[    2.000011] Waiting for root device /dev/mmcblk0p2..."])
        #expect(comparison.expected.first?.text.contains("EXT4-fs (mmcblk0p2): mounted") == true)
    }

    @Test func linesOfABusyKernelMayComeInAnotherOrder() {
        var failed = SampleBoot.again(good)
        for place in stride(from: 24, to: 44, by: 3) { failed.swapAt(place, place + 2) }
        let card = failed.remove(at: 38)
        failed.insert(card, at: 30)
        let comparison = BootComparison(good: good, failed: failed)
        #expect(comparison.instead.isEmpty && comparison.expected.isEmpty && comparison.missing.isEmpty)
        #expect(comparison.matched == comparison.telling)
    }

    @Test func aBurstOfNewLinesThatPassesIsUnusualAndNotTheEnd() {
        var failed = SampleBoot.again(good)
        failed.insert(
            contentsOf: SampleBoot.stamped(
                4.85, "[    1.600011] ------------[ cut here ]------------",
                "[    1.600012] WARNING: CPU: 0 PID: 1 at drivers/usb/musb/musb_core.c:2311",
                "[    1.600013] Modules linked in:", "[    1.600014] musb_probe from platform_probe+0x5c/0xb8",
                "[    1.600015] ---[ end trace 0000000000000000 ]---"), at: 34)
        let comparison = BootComparison(good: good, failed: failed)
        #expect(comparison.instead.isEmpty)
        #expect(comparison.unusual.first?.text.contains("WARNING: CPU: 0") == true)
        #expect(comparison.lastCommon?.failed.text == "root@beaglebone:~#")
    }

    @Test func aFirstErrorBeforeALaterHangIsTold() {
        var failed = SampleBoot.again(SampleBoot.lines(through: "mmcblk1: mmc1"))
        failed.insert(
            contentsOf: SampleBoot.stamped(4.97, "[    1.690011] mmc0: error -110 whilst initialising SD card"), at: 35)
        failed.removeAll { $0.text.contains("mmc0: new") }
        let comparison = BootComparison(good: good, failed: failed)
        #expect(comparison.unusual.map(\.text) == ["[    1.690011] mmc0: error -110 whilst initialising SD card"])
        #expect(comparison.missing.contains { $0.text.contains("mmc0: new high speed SDHC") })
    }

    @Test func aSlowBootTellsWhereItLostItsTime() throws {
        let failed = SampleBoot.lines(through: "Started ssh").map { line in
            BootLine(line.text, at: line.at < 7.05 ? line.at : line.at + 31)
        }
        let comparison = BootComparison(good: good, failed: failed)
        let slowest = try #require(comparison.slowest)
        #expect(slowest.pair.failed.text.contains("systemd-udevd.service"))
        #expect(abs(slowest.lost - 31) < 0.1)
        #expect(comparison.expected.first?.text.contains("multi-user.target") == true)
    }

    @Test func anotherKernelVersionIsStillTheSameWay() {
        let failed =
            SampleBoot.again(SampleBoot.lines(through: "Freeing unused")).map { line in
                BootLine(
                    line.text.replacing("6.1.0-18-armmp", with: "6.6.13+bpo-armmp")
                        .replacing(
                            "#1 SMP Debian 6.1.76-1 (2024-02-01)", with: "#1 SMP Debian 6.6.13-1~bpo12+1 (2024-02-15)"
                        )
                        .replacing(
                            "mounted filesystem with ordered data mode. Quota mode: none.",
                            with: "mounted filesystem 3f2a9c1e-7788 r/w with ordered data mode. Quota mode: none."),
                    at: line.at)
            } + SampleBoot.stamped(6, "[    2.6] Run /init as init process", "[    2.7] request_module: modprobe gone")
        let comparison = BootComparison(good: good, failed: failed)
        #expect(comparison.matched >= comparison.telling - 2)
        #expect(comparison.lastCommon?.failed.text.contains("EXT4") == false)
        #expect(comparison.unusual.isEmpty)
    }

    @Test func aBoardThatBeginsAgainIsCutThere() {
        let failed = SampleBoot.lines(through: "SCSI subsystem") + SampleBoot.lines(through: "Hit any key")
        let comparison = BootComparison(good: good, failed: failed)
        #expect(comparison.hasRestarted)
        #expect(comparison.lastCommon?.failed.text.contains("SCSI subsystem") == true)
    }

    @Test func nothingInCommonIsSaid() {
        let comparison = BootComparison(
            good: good, failed: SampleBoot.stamped(1, "RomBOOT", "AT91Bootstrap 3.10", "SF: Not ready"))
        #expect(comparison.lastCommon == nil && comparison.matched == 0)
        #expect(comparison.instead.first?.text == "RomBOOT")
        #expect(BootComparison(good: good, failed: []).lastCommon == nil)
        #expect(BootComparison(good: [], failed: good).instead.isEmpty == false)
    }

    @Test func hugeBootsStayWithinBounds() {
        let lines = (0..<20_000).map { BootLine("[ \($0).1] unit-\($0 % 7) says hello \($0)", at: Double($0)) }
        let comparison = BootComparison(good: lines, failed: Array(lines.prefix(15_000)))
        #expect(comparison.telling == 15_000)
        #expect(comparison.matched > 14_000)
    }

    @Test(arguments: [
        ("[    1.234567] usb 1-1: new device", "[   99.000001] usb 1-1: new device"),
        ("[    1.234567] [   T12] mmc0: ready", "[    2.0] [    C1] mmc0: ready"),
        ("<6>[    1.0] x: at 0xdeadbeef", "<4>[    1.5] x: at 0xcafe0000"),
        ("\u{1B}[0;32mOK\u{1B}[0m started foo", "OK started foo"), ("took 12 ms", "took  1234 ms"),
        ("sha 0123456789abcdef0123", "sha fedcba98765432109999"),
    ])
    func whatChangesFromBootToBootDoesNotCount(one: String, other: String) {
        let filler = SampleBoot.lines(through: "DRAM")
        let comparison = BootComparison(
            good: filler + [BootLine(one, at: 1)], failed: filler + [BootLine(other, at: 1)])
        #expect(comparison.matched == comparison.telling)
    }

    @Test func hostileLinesAreCutAndCleaned() {
        let line = BootLine(String(repeating: "a\u{7}", count: 100_000) + "\u{1B}]0;title\u{7}", at: 0)
        #expect(line.text.count == BootLine.longest)
        #expect(!line.text.contains("\u{7}"))
    }
}

import LabModel
import LabWire
import Testing

@testable import lablctl

@Suite struct PowerCutViewTests {
    private let brick = CrashBootInfo(
        state: "w68", verdict: "bootloader", allowed: false, phase: "flip", afterSuccess: false,
        end: "bootloaderPrompt", boots: 1, seconds: 2.25, lastLines: ["Failed to load\u{1B}[31m", ""])

    @Test func aBootSaysItsVerdictAndWhatWasSeen() {
        #expect(
            CrashBootView(style: .plain).lines(brick) == [
                "w68: bootloader, not allowed by the job",
                "  cut: in phase flip, before the updater reported success",
                "  runs: nothing; the boot loader waits at its prompt", "  boots: 1, 2.3 s in all",
                "  last lines of the console:", "    | Failed to load",
            ])
        var good = brick
        (good.verdict, good.allowed, good.end) = ("new", true, "alive")
        (good.version, good.slot, good.whole, good.afterSuccess) = ("v2", "B", true, true)
        (good.confirmed, good.healed) = ("v2", false)
        let lines = CrashBootView(style: .plain).lines(good)
        #expect(lines.contains("  confirmed: v2") && lines.contains("  updated again: no"))
        #expect(lines.contains("  runs: version v2, slot B") && lines.contains("  whole: yes"))
        #expect(lines[1].hasSuffix("after the updater reported success"))
    }

    @Test func aRecordingSaysWhatIsInIt() {
        let recording = RecordingInfo(
            job: 3, block: 0, writes: 74, flushes: 22, bytes: 42 << 20, diskSize: 1 << 27,
            phases: [
                .init(name: "copy", firstWrite: 1, lastWrite: 60, bytes: 41 << 20),
                .init(name: "go", firstWrite: 61, lastWrite: 61, bytes: 512),
            ], writesBeforeSuccess: 74, duration: 1.9, recordedAt: "t", trace: "a", base: "b")
        #expect(
            RecordingView(style: .plain).lines(recording) == [
                "job 3, block 0: 74 writes, 22 flushes, 42.0 MiB in 1.9 s", "  copy  w1 to w60, 41.0 MiB",
                "  go    w61, 512 B", "  success reported after w74",
                "  states: w0 to w74, and what `lablctl powercut explore 3` derives",
            ])
    }

    @Test func aCheckSaysHowManyWereWrong() {
        var check = CampaignCheckInfo(candidates: 60, chosen: 6, rebooted: 6, seed: 3, bound: 0.5)
        #expect(
            CampaignCheckView(style: .plain).lines(check) == [
                "6 re-booted, 0 wrong (of 60 pruned states; seed 3)",
                "  at most 50 % of them are wrong, with 95 % confidence",
            ])
        check.bound = nil
        check.wrong = [
            .init(
                state: "w5", representative: "w4", expected: TrialFacts(end: .alive, version: "v1", isWhole: true),
                got: TrialFacts(end: .silence))
        ]
        #expect(
            CampaignCheckView(style: .plain).lines(check).last
                == "  w5: silence; it was pruned for w4, which was alive version v1, whole")
    }

    @Test func sizesAreShort() {
        #expect(Figures.bytes(0) == "0 B")
        #expect(Figures.bytes(1023) == "1023 B")
        #expect(Figures.bytes(1536) == "1.5 KiB")
        #expect(Figures.bytes(128_974_848) == "123 MiB")
        #expect(Figures.bytes(Int64.max) == "8388608 TiB")
    }
}

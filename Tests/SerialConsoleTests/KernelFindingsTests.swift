import LabModel
import Synchronization
import Testing

@testable import SerialConsole

@Suite struct KernelFindingsTests {
    @Test(arguments: [
        ("[    1.0] ------------[ cut here ]------------", ["trace"]),
        ("Unhandled fault: external abort on non-linefetch (0x1008) at 0xb6f", ["fault"]),
        ("BUG: KCSAN: data-race in a / b", ["kcsan"]), ("BUG: KASAN: use-after-free in f+0x1/0x2", ["kasan"]),
        ("BUG: KFENCE: out-of-bounds read", ["kfence"]), ("BUG: KMSAN: uninit-value", ["kmsan"]),
        ("Internal error: Oops: 96000046 [#1] SMP", ["oops"]), ("Internal error: Oops - BUG: 0", ["oops"]),
        ("WARNING: CPU: 0 PID: 1 at kernel/a.c:1 f+0x1", ["warning"]),
        ("WARNING: possible circular locking dependency detected", ["lockdep"]),
        ("WARNING: suspicious RCU usage", ["lockdep"]), ("kernel BUG at mm/slub.c:379!", ["bug"]),
        ("BUG: unable to handle page fault for address: 0", ["bug"]), ("BUG: scheduling while atomic", ["bug"]),
        ("invalid opcode: 0000 [#1] SMP", ["invalid opcode"]),
        ("Kernel panic - not syncing: VFS: Unable to mount root fs", ["panic"]),
        ("---[ end Kernel panic - not syncing: VFS ]---", []), ("U-Boot SPL 2023.01 (Jan 01 2023)", ["DUT_has_reset"]),
        ("\u{1B}[2J\u{1B}[01;01HBdsDxe: loading Boot0001 \"disk\" from Pci(0x1,0x0)", ["DUT_has_reset"]),
        ("UBSAN: shift-out-of-bounds in a.c:1:2", ["ubsan"]),
        ("watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [sh:1]", ["soft lockup"]),
        ("NMI watchdog: Watchdog detected hard LOCKUP on cpu 1", ["hard lockup"]),
        ("rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:", ["rcu stall"]),
        ("INFO: rcu_sched self-detected stall on CPU", ["rcu stall"]),
        ("INFO: task kworker/0:1:12 blocked for more than 120 seconds.", ["hung task"]),
        ("sh invoked oom-killer: gfp_mask=0x0", ["oom"]), ("systemd[1]: Started all.", []),
    ])
    func oneEventIsOneFinding(line: String, kinds: [String]) throws {
        let all = KernelFindings.all
        let found = try MatcherBench(mode: .every, endsSilent: true).everySplit(all.map(\.expression), line + "\r\n")
        #expect(found.count == 1)
        let names = found.first?.map { all[$0.pattern].kind } ?? []
        #expect(names == kinds)
    }

    @Test func aFloodOfNearMissesDoesNotHideAPanic() throws {
        // A clock on which every look takes its time.
        let now = Atomic<Int64>(0)
        let scratch = try MatchScratch {
            MonotonicTime(nanoseconds: now.wrappingAdd(50_000_000, ordering: .relaxed).newValue)
        }
        let all = KernelFindings.all
        let matcher = try PatternMatcher(
            PatternDatabase(all.map(\.pattern)), from: 0, mode: .every, scratch: scratch)
        var history = ConsoleHistory()
        var kinds: [String] = []
        let flood = String(repeating: "WARNING: possible nothing at all\n", count: 200)
        for text in [flood, "Kernel panic - not syncing: VFS\n"] {
            Array(text.utf8).withUnsafeBytes { history.append($0, at: MonotonicTime(nanoseconds: 0)) }
            kinds += try matcher.feed(history).map { all[$0.pattern].kind }
        }
        #expect(kinds == ["panic"])
        let strains = matcher.takeStrains()
        #expect(!strains.isEmpty && strains.allSatisfy { $0.message.contains("WARNING") })
        #expect(matcher.takeStrains().isEmpty)
    }

    @Test func onlyPanicAndResetAreFatal() {
        #expect(KernelFindings.all.filter(\.isFatal).map(\.kind) == ["panic", KernelFindings.resetKind])
    }
}

import LabModel

/// What is watched for on every console from power-on to power-off.
struct FindingPattern: Sendable {
    /// Such as `panic`, written into the result's metadata.
    var kind: String
    var expression: String
    /// Whether it ends a boot that waits for its shell.
    var isFatal: Bool

    /// A board that starts again. Boot loaders' banners, because a kernel's first lines also stand in `dmesg`.
    static let reset = "reset"

    /// Kernel trouble as the kernel's own sources print it. The first ten are those that LAVA watches while booting;
    /// the rest tell of a machine that is stuck or starved.
    static let all: [FindingPattern] = [
        FindingPattern(kind: "panic", expression: "Kernel panic - not syncing", isFatal: true),
        FindingPattern(kind: "cut-here", expression: #"-\[ cut here \]"#, isFatal: false),
        FindingPattern(kind: "fault", expression: "Unhandled fault", isFatal: false),
        FindingPattern(kind: "kcsan", expression: "BUG: KCSAN:", isFatal: false),
        FindingPattern(kind: "kasan", expression: "BUG: KASAN:", isFatal: false),
        FindingPattern(kind: "kfence", expression: "BUG: KFENCE:", isFatal: false),
        FindingPattern(kind: "oops", expression: "Oops(?: -|:)", isFatal: false),
        FindingPattern(kind: "warning", expression: "WARNING: CPU:", isFatal: false),
        FindingPattern(
            kind: "bug", expression: "kernel BUG at|BUG: (?:unable|scheduling|spinlock|sleeping|Bad)", isFatal: false),
        FindingPattern(kind: "invalid-opcode", expression: "invalid opcode:", isFatal: false),
        FindingPattern(kind: "soft-lockup", expression: "watchdog: BUG: soft lockup", isFatal: false),
        FindingPattern(kind: "hard-lockup", expression: "Watchdog detected hard LOCKUP", isFatal: false),
        FindingPattern(
            kind: "rcu-stall", expression: "rcu: INFO: .*(?:detected stall|self-detected stall)", isFatal: false),
        FindingPattern(kind: "hung-task", expression: "INFO: task .* blocked for more than", isFatal: false),
        FindingPattern(
            kind: "out-of-memory", expression: "Out of memory: Killed process|invoked oom-killer", isFatal: false),
        FindingPattern(kind: "ubsan", expression: "UBSAN:", isFatal: false),
        FindingPattern(kind: "lockdep", expression: "WARNING: possible (?:circular|recursive) locking", isFatal: false),
        FindingPattern(
            kind: reset,
            expression:
                #"^(?:U-Boot (?:SPL )?20[0-9][0-9]|barebox 20[0-9][0-9]|NOTICE:  BL1:|SeaBIOS \(version|UEFI firmware \(version)"#,
            isFatal: false),
    ]
}

/// One way in which a kernel says on its console that something is wrong.
public struct KernelFindingPattern: Hashable, Sendable, Codable {
    /// LAVA's name of the kind where it has one (`panic`, `oops`, `kasan`), otherwise the kernel's own term.
    public var kind: String
    /// How the finding begins, in the syntax of `ConsolePattern`.
    public var expression: String
    /// Whether it ends a boot, as in LAVA.
    public var isFatal: Bool

    public init(kind: String, expression: String, isFatal: Bool = false) {
        self.kind = kind
        self.expression = expression
        self.isFatal = isFatal
    }

    /// What to search on a console.
    public var pattern: ConsolePattern { ConsolePattern(expression) }
}

/// The kernel crash messages that are looked for from power-on to power-off.
///
/// The expressions exclude each other on one line, so that one event of the kernel is one finding: `BUG: KASAN:` is
/// `kasan` and not `bug` as well. A `cut here` line is a finding of its own, kind `trace`; it announces the one that
/// follows.
public enum KernelFindings {
    /// The kind of a boot loader's banner where none is due: the board was reset.
    public static let resetKind = "DUT_has_reset"

    /// How firmware greets. Kernels' first lines are no sign: they also stand in `dmesg`. EDK II clears the screen first,
    /// so that its line does not begin with its words.
    public static let firmwareBanner =
        #"^(?:U-Boot (?:SPL )?20[0-9][0-9]|barebox 20[0-9][0-9]|NOTICE:  BL1:|SeaBIOS \(version|UEFI firmware \(version)"#
        + #"|BdsDxe: loading Boot[0-9A-F]{4} ""#

    /// Every known finding; the index in this list is the index of a `ConsoleMatch`.
    public static let all: [KernelFindingPattern] = lavas + ours

    private static let lavas = [
        KernelFindingPattern(kind: "trace", expression: #"-\[ cut here \]"#),
        KernelFindingPattern(kind: "fault", expression: "Unhandled fault"),
        KernelFindingPattern(kind: "kcsan", expression: "BUG: KCSAN:"),
        KernelFindingPattern(kind: "kasan", expression: "BUG: KASAN:"),
        KernelFindingPattern(kind: "kfence", expression: "BUG: KFENCE:"),
        KernelFindingPattern(kind: "oops", expression: "Oops(?: -|:)"),
        KernelFindingPattern(
            kind: "warning",
            expression: "WARNING:(?! (?:possible |inconsistent lock|suspicious RCU|bad unlock|held lock|lock held))"),
        KernelFindingPattern(kind: "bug", expression: "kernel BUG at|(?<!Oops - )BUG:(?! (?:K[A-Z]+:|soft lockup))"),
        KernelFindingPattern(kind: "invalid opcode", expression: "invalid opcode:"),
        KernelFindingPattern(kind: "panic", expression: "(?<!end )Kernel panic - not syncing", isFatal: true),
        KernelFindingPattern(kind: resetKind, expression: firmwareBanner, isFatal: true),
    ]

    private static let ours = [
        KernelFindingPattern(kind: "kmsan", expression: "BUG: KMSAN:"),
        KernelFindingPattern(kind: "ubsan", expression: "UBSAN: "),
        KernelFindingPattern(kind: "soft lockup", expression: "BUG: soft lockup - CPU#"),
        KernelFindingPattern(kind: "hard lockup", expression: "[Ww]atchdog detected hard LOCKUP|: hard LOCKUP on cpu"),
        KernelFindingPattern(
            kind: "rcu stall", expression: #"rcu[^\n]{0,40}(?:self-detected stall|detected (?:expedited )?stalls)"#),
        KernelFindingPattern(kind: "hung task", expression: #"INFO: task [^\n]{1,64} blocked for more than [0-9]+ s"#),
        KernelFindingPattern(kind: "oom", expression: "invoked oom-killer:"),
        KernelFindingPattern(
            kind: "lockdep",
            expression: "WARNING: (?:possible (?:circular|recursive|irq)|inconsistent lock|suspicious RCU|bad unlock"
                + "|held lock|lock held)"),
    ]
}

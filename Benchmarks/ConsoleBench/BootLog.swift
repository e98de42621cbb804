/// What a board says while it starts: lines as QEMU's kernel prints them, 62 bytes each on average with their `\r\n`,
/// the time stamps growing.
enum BootLog {
    private static let messages = [
        "Booting Linux on physical CPU 0x0000000000 [0x410fd083]",
        "efi: UEFI not found.",
        "NUMA: No NUMA configuration found",
        "psci: PSCIv1.1 detected in firmware.",
        "percpu: Embedded 30 pages/cpu s83176 r8192 d31512",
        "Dentry cache hash table entries: 65536 (order: 7)",
        "rcu: Preemptible hierarchical RCU implementation.",
        "GICv3: 256 SPIs implemented",
        "arch_timer: cp15 timer(s) running at 62.50MHz (virt).",
        "Console: colour dummy device 80x25",
        "clocksource: jiffies: mask: 0xffffffff max_cycles",
        "pci-host-generic 4010000000.pcie: host bridge /pcie@10000000 ranges:",
        "virtio_blk virtio1: [vda] 204800 512-byte logical blocks",
        "EXT4-fs (vda): mounted filesystem with ordered data mode",
        "random: crng init done",
        "Freeing unused kernel memory: 5824K",
    ]

    /// About `count` bytes of whole lines.
    static func make(count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 100)
        var microseconds = 0
        var line = 0
        while bytes.count < count {
            let seconds = String(microseconds / 1_000_000)
            let fraction = String(microseconds % 1_000_000)
            let stamp =
                "[" + String(repeating: " ", count: max(0, 5 - seconds.count)) + seconds + "."
                + String(repeating: "0", count: 6 - fraction.count) + fraction + "] "
            bytes += Array((stamp + messages[line % messages.count] + "\r\n").utf8)
            microseconds += 137 + line % 89
            line += 1
        }
        return bytes
    }
}

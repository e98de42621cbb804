import LabModel

/// Boots of one board, as its console prints them.
enum SampleBoot {
    /// A good boot: firmware, boot loader, kernel, user space. Times in seconds after power-on.
    static let good = """
        0.11 U-Boot SPL 2023.01 (Jan 10 2023 - 10:11:12 +0000)
        0.13 Trying to boot from MMC1
        0.64 U-Boot 2023.01 (Jan 10 2023 - 10:11:12 +0000)
        0.66 CPU  : AM335X-GP rev 2.1
        0.67 Model: TI AM335x BeagleBone Black
        0.68 DRAM:  512 MiB
        0.71 MMC:   OMAP SD/MMC: 0, OMAP SD/MMC: 1
        0.80 Net:   eth2: ethernet@4a100000
        0.90 Hit any key to stop autoboot:  0
        1.40 switch to partitions #0, OK
        1.44 mmc0 is current device
        2.10 10211840 bytes read in 657 ms (14.8 MiB/s)
        2.40 ## Flattened Device Tree blob at 88000000
        2.44    Loading Ramdisk to 8f4c1000, end 8ffff9a3 ... OK
        2.50 Starting kernel ...
        3.01 [    0.000000] Booting Linux on physical CPU 0x0
        3.02 [    0.000000] Linux version 6.1.0-18-armmp (debian-kernel@lists.debian.org) (arm-linux-gnueabihf-gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40) #1 SMP Debian 6.1.76-1 (2024-02-01)
        3.03 [    0.000000] CPU: ARMv7 Processor [413fc082] revision 2 (ARMv7), cr=10c5387d
        3.04 [    0.000000] Machine model: TI AM335x BeagleBone Black
        3.06 [    0.000000] Memory policy: Data cache writeback
        3.10 [    0.000000] Kernel command line: console=ttyS0,115200n8 root=/dev/mmcblk0p2 rw rootwait
        3.20 [    0.003012] Calibrating delay loop (skipped), value calculated using timer frequency.. 48.00 BogoMIPS (lpj=96000)
        3.30 [    0.011220] devtmpfs: initialized
        3.50 [    0.120123] NET: Registered PF_NETLINK/PF_ROUTE protocol family
        3.70 [    0.330211] OMAP GPIO hardware version 0.1
        3.90 [    0.512345] SCSI subsystem initialized
        3.95 [    0.540001] usbcore: registered new interface driver usbfs
        4.05 [    0.701234] NET: Registered PF_INET protocol family
        4.20 [    0.890001] Trying to unpack rootfs image as initramfs...
        4.40 [    1.101234] Serial: 8250/16550 driver, 5 ports, IRQ sharing enabled
        4.50 [    1.201234] printk: console [ttyS0] enabled
        4.60 [    1.320011] davinci_mdio 4a101000.mdio: davinci mdio revision 1.6, bus freq 1000000
        4.70 [    1.420011] cpsw 4a100000.ethernet: Detected MACID = 98:5d:ad:12:34:56
        4.80 [    1.520011] musb-hdrc musb-hdrc.1: MUSB HDRC host driver
        4.90 [    1.610011] sdhci: Secure Digital Host Controller Interface driver
        5.00 [    1.700011] mmc0: new high speed SDHC card at address aaaa
        5.02 [    1.720011] mmcblk0: mmc0:aaaa SL16G 14.8 GiB
        5.04 [    1.740011]  mmcblk0: p1 p2
        5.20 [    1.900011] mmc1: new high speed MMC card at address 0001
        5.22 [    1.920011] mmcblk1: mmc1:0001 MMC04G 3.60 GiB
        5.60 [    2.300011] EXT4-fs (mmcblk0p2): mounted filesystem with ordered data mode. Quota mode: none.
        5.62 [    2.320011] VFS: Mounted root (ext4 filesystem) on device 179:2.
        5.70 [    2.400011] devtmpfs: mounted
        5.75 [    2.450011] Freeing unused kernel image (initmem) memory: 1024K
        5.80 [    2.500011] Run /sbin/init as init process
        6.40 [    3.100011] systemd[1]: systemd 252.22-1~deb12u1 running in system mode (+PAM +AUDIT +SELINUX)
        6.45 [    3.150011] systemd[1]: Detected architecture arm.
        7.00 [  OK  ] Created slice system-getty.slice - Slice /system/getty.
        7.10 [  OK  ] Started systemd-udevd.service - Rule-based Manager for Device Events and Files.
        7.90 [  OK  ] Started systemd-journald.service - Journal Service.
        8.40 [    5.100011] cpsw 4a100000.ethernet eth0: Link is Up - 100Mbps/Full - flow control off
        9.10 [  OK  ] Started ssh.service - OpenBSD Secure Shell server.
        9.50 [  OK  ] Reached target multi-user.target - Multi-User System.
        9.90 Debian GNU/Linux 12 beaglebone ttyS0
        9.95 beaglebone login: root
        10.4 root@beaglebone:~#
        """

    static func lines(_ text: String = good) -> [BootLine] {
        text.split(separator: "\n").map { line in
            let parts = line.split(separator: " ", maxSplits: 1)
            return BootLine(String(parts[1]), at: Double(parts[0]) ?? 0)
        }
    }

    /// The good boot up to a line, that one included.
    static func lines(through text: String) -> [BootLine] {
        let all = lines()
        let end = all.firstIndex { $0.text.contains(text) } ?? all.endIndex - 1
        return Array(all[...end])
    }

    /// The same boot at another time: other stamps, addresses, counters and temperatures.
    static func again(_ lines: [BootLine]) -> [BootLine] {
        lines.enumerated().map { index, line in
            var text = line.text
            for (digit, other) in [("1", "7"), ("4", "9"), ("0.", "3.")] where index % 3 != 0 {
                if text.hasPrefix("["), !text.hasPrefix("[  OK") {
                    let end = text.firstIndex(of: "]") ?? text.startIndex
                    text = String(text[..<end]).replacing(digit, with: other) + String(text[end...])
                }
            }
            return BootLine(text.replacing("88000000", with: "8f00a000"), at: line.at + 0.01 * Double(index % 4))
        }
    }

    static func stamped(_ seconds: Double, _ texts: String...) -> [BootLine] {
        texts.enumerated().map { BootLine($1, at: seconds + Double($0) / 100) }
    }
}

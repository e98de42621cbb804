extension DeviceTypeFacts {
    /// Boot and flash methods that a program on the lab's host carries out.
    static let tools = [
        FactKey("fastboot", fastboot, "Android's fastboot"),
        FactKey("adb", .keys([FactKey("serial_number", .text(1...64), "as `adb devices` lists it")]), "Android's adb"),
        FactKey("dfu", dfu, "USB device firmware upgrade"),
        FactKey("uuu", uuu, "NXP's universal update utility"),
        FactKey("qdl", qdl, "Qualcomm's emergency download mode"),
        FactKey("flasher", .keys([FactKey("commands", .lines, "run on the host")]), "commands that flash the board"),
        FactKey("jlink", probe, "SEGGER J-Link"),
        FactKey("pyocd", probe, "pyOCD"),
        FactKey("openocd", probe, "OpenOCD"),
        FactKey("cmsis-dap", probe, "probes that take a file on their USB disk"),
        FactKey("gdb", probe, "GDB with a probe's server"),
        FactKey("musca", probe, "Arm Musca boards"),
        FactKey("mps", probe, "Arm MPS boards"),
        FactKey("vemsd", probe, "Arm Versatile Express boards with their USB disk"),
        FactKey("recovery", probe, "images of a board's recovery mode"),
        FactKey("usb", usb, "the board as a USB device"),
        FactKey("media", .table(of: .table(of: medium)), "disks by interface (`usb`, `sata`, `sd`) and label"),
        FactKey("ssh", ssh, "the board as a host on the network"),
    ]

    private static let fastboot = FactKind.keys([
        FactKey("serial_number", .text(1...64), "as `fastboot devices` lists it"),
        FactKey("options", .list(.text(1...200)), "for every call of fastboot"),
        FactKey("sequence", .list(.text(1...64)), "steps of a boot"),
        FactKey("flash_order", .list(.text(1...64)), "partitions in the order in which they are flashed"),
        FactKey("through_u_boot", .boolean, "whether U-Boot is asked to enter fastboot"),
        FactKey("auto_detection", .boolean, "whether the only device is taken, whatever its serial number"),
        FactKey("enter_commands", .lines, "typed at U-Boot to enter fastboot"),
        FactKey("reboot_command", .oneOrMore(.text(1...4096)), "run on the host to get from the system to fastboot"),
    ])

    private static let dfu = FactKind.keys([
        FactKey("implementation", .word(["u-boot", "hardware"]), "who speaks DFU on the board"),
        FactKey("reset_works", .boolean, "whether the board may be reset after the download"),
        FactKey("enter_commands", .lines, "typed at U-Boot to enter DFU"),
        FactKey("download_message", .expression, "says that the download is done"),
        FactKey("command", .text(1...200), "the program"),
        FactKey("options", .list(.text(1...200)), "for the program"),
    ])

    private static let uuu = FactKind.keys([
        FactKey("usb_otg_path", .text(0...200), "bus and port of the board's OTG socket"),
        FactKey("usb_otg_path_command", .oneOrMore(.text(0...4096)), "prints that path"),
        FactKey("corrupt_boot_media_command", .oneOrMore(.text(0...4096)), "makes the board enter its ROM's loader"),
        FactKey("power_off_before_corrupt_boot_media", .boolean, "whether the board is off while that runs"),
        FactKey("docker_image", .text(0...400), "container that has uuu"),
        FactKey("remote_options", .text(0...400), "of a remote docker"),
        FactKey("bcu_board_name", .text(0...100), "the board's name to NXP's board control utility"),
        FactKey("bcu_board_id", .text(0...100), "its id to that utility"),
        FactKey("bcu_board_id_command", .oneOrMore(.text(0...4096)), "prints that id"),
    ])

    private static let qdl = FactKind.keys([
        FactKey("board_id", .text(1...64), "the board's serial number in emergency download mode"),
        FactKey("enter_commands", .lines, "run on the host to enter that mode"),
    ])

    private static let probe = FactKind.keys([
        FactKey("command", .text(1...200), "the program"),
        FactKey("options", .list(.text(1...400)), "for the program"),
        FactKey("arguments", .list(.text(1...400)), "for the probe's server, where there is one"),
        FactKey("target", .text(1...100), "the chip by the program's name"),
        FactKey("load_address", .address, "where the image goes"),
        FactKey("reset_works", .boolean, "whether the board may be reset afterwards"),
        FactKey("usb_mass_device", .text(1...200), "the probe's disk as the host sees it"),
        FactKey("board_id", .text(1...64), "the probe's serial number"),
        FactKey("enter_commands", .lines, "typed or run before"),
        FactKey("parameters", .table(of: .free), "what only this board needs"),
    ])

    private static let usb = FactKind.keys([
        FactKey("vendor_id", .usbID, "four hexadecimal digits, as text"),
        FactKey("product_id", .usbID, "four hexadecimal digits, as text"),
        FactKey("board_id", .text(1...64), "the device's serial number"),
        FactKey("sleep", .integer(0...3600), "seconds until the device is usable"),
        FactKey("filesystem_label", .text(1...64), "of the disk that the board shows"),
        FactKey("devices", .list(.table(of: .free)), "more than one device of the board's"),
    ])

    private static let medium = FactKind.keys([
        FactKey("uuid", .text(1...200), "below `/dev/disk/by-id/` on the board"),
        FactKey("device_id", .integer(0...255), "its number to the boot loader"),
        FactKey("uboot_interface", .text(1...40), "its interface to U-Boot"),
        FactKey("grub_interface", .text(1...40), "its name to GRUB"),
        FactKey("boot_part", .integer(0...255), "the partition to boot from"),
        FactKey("uuid_required", .boolean, "whether the uuid must be there"),
    ])

    private static let ssh = FactKind.keys([
        FactKey("host", .text(0...255), "name or address"),
        FactKey("port", .integer(1...65535), "of its server"),
        FactKey("user", .text(1...64), "who logs in"),
        FactKey("identity_file", .text(1...400), "private key on the lab's host"),
        FactKey("options", .list(.text(1...200)), "for every call of ssh and scp"),
    ])
}

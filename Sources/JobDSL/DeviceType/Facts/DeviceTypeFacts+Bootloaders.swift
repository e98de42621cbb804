import LabModel

extension DeviceTypeFacts {
    /// By LAVA's boot method.
    static let bootloaders = FactKind.keys([
        FactKey("u-boot", .keys(console + uboot), "Das U-Boot"),
        FactKey("barebox", .keys(console), "barebox"),
        FactKey("grub", .keys(console), "GRUB on a BIOS, or wherever it greets with its menu"),
        FactKey("grub-efi", .keys(console), "GRUB that a UEFI firmware's menu starts"),
        FactKey("ipxe", .keys(console), "iPXE"),
        FactKey("depthcharge", .keys(console + depthcharge), "depthcharge of Chromebooks"),
        FactKey("uefi", .keys(console), "the shell of a UEFI firmware"),
        FactKey("uefi-menu", .keys(menu), "the menu of a UEFI firmware"),
    ])

    /// What all have in common that are talked to at a prompt.
    private static let console = [
        FactKey("prompt", .expression, "the boot loader's prompt"),
        FactKey("interrupt_prompt", .expression, "what it says when it can be stopped"),
        FactKey("interrupt_character", .text(0...32), "typed to stop it"),
        FactKey("interrupt_newline", .boolean, "whether a newline follows that character"),
        FactKey(
            "interrupt_controls", .list(.text(1...1)), "control characters by letter, typed instead of the character"),
        FactKey("needs_interrupt", .boolean, "`false` when the prompt comes by itself"),
        FactKey("final_message", .expression, "the last words before the kernel; empty waits for nothing"),
        FactKey("error_messages", .list(.expression), "each ends the boot as failed"),
        FactKey("command_sets", .table(of: .lines), "lines by what is booted, such as `ramdisk` or `nfs`"),
    ]

    /// What only U-Boot has.
    static let uboot = [
        FactKey("alternate_bank", .boolean, "whether the board is started from its other flash bank"),
        FactKey("alternate_bank_command", .text(1...400), "typed to start from the other bank"),
        FactKey("mass_storage", .boolean, "whether `ums` gives the board's disk to the host"),
        FactKey("mass_storage_device", .text(1...200), "that disk as the host sees it"),
    ]

    private static let depthcharge = [
        FactKey("start_message", .expression, "what it says before its prompt"),
        FactKey(
            "command_lines", .table(of: .text(0...2048)), "the kernel's command line, served as `{CMDLINE}`, by set"),
    ]

    private static let menu = [
        FactKey("prompt", .expression, "what ends the menu"),
        FactKey("interrupt_prompt", .expression, "what it says when it can be stopped"),
        FactKey("interrupt_character", .text(0...32), "typed to stop it"),
        FactKey("item_markup", .list(.text(1...8)), "what stands before and behind an item's number"),
        FactKey("item_class", .text(1...80), "characters of an item's number"),
        FactKey("separator", .text(0...8), "between number and label"),
        FactKey("label_class", .text(1...80), "characters of an item's label"),
        FactKey("line_separator", .text(0...8), "between items"),
        FactKey("boot_message", .expression, "says that the kernel was loaded"),
        FactKey("menus", .table(of: .list(menuStep)), "steps by what is booted"),
    ]

    private static let menuStep = FactKind.keys([
        FactKey("select", .keys(selection), "one choice in a menu")
    ])

    private static let selection = [
        FactKey("items", .oneOrMore(.text(1...200)), "labels, the first that is found is taken"),
        FactKey("fallback", .text(1...200), "taken when no item is there"),
        FactKey("wait", .text(1...200), "what the menu says before"),
        FactKey("enter", .text(0...2048), "typed instead of a choice"),
        FactKey("escape", .text(1...32), "keys that leave the menu"),
        FactKey("expect", .text(1...200), "what has to come afterwards"),
    ]
}

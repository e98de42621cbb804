/// Words that LAVA knows, as tables. What is not in them is a mistake; what is in them and does not run is said so.
enum LavaVocabulary {
    /// `to:` of deploy blocks that do not run here → keys that LAVA requires with them.
    static let otherDeployMethods: [String: [String]] = [
        "avh": [], "docker": ["image"], "fastboot": ["images"], "flasher": ["images"], "fvp": ["images"],
        "iso-installer": ["images"], "mps": [], "musca": [], "nbd": ["kernel", "nbdroot", "initrd"], "nfs": [],
        "qdl": [], "recovery": ["images"], "sata": ["device"], "sd": ["device"], "ssh": [],
        "u-boot-ums": ["image"], "usb": ["device"], "usbg-ms": ["image"], "uuu": ["images"],
        "vemsd": ["recovery_image"],
    ]

    /// `method:` of boot blocks that do not run here → keys that LAVA requires with them.
    static let otherBootMethods: [String: [String]] = [
        "avh": [], "bootloader": ["bootloader"], "cmsis-dap": [], "depthcharge": ["commands"],
        "dfu": [], "docker": ["command"], "fastboot": [], "fvp": ["image", "console_string", "arguments", "docker"],
        "gdb": ["commands"], "grub-efi": ["commands"], "ipxe": ["commands"], "jlink": [],
        "kexec": ["boot_message"], "monitor": [], "musca": [], "new_connection": ["connection"],
        "nodebooter": ["command"], "openocd": [], "pyocd": [], "qdl": [], "qemu-iso": ["media"], "qemu-nfs": [],
        "recovery": ["commands"], "schroot": [], "ssh": [], "uefi": ["commands"], "uefi-menu": [], "uuu": ["commands"],
    ]

    /// Methods that LAVA itself gave up.
    static let removedMethods: Set<String> = ["lxc"]

    /// Names of `command` blocks that run.
    static let commandsThatRun: Set<String> = ["hard_reset", "power_on", "power_off"]

    /// Variables that a job's `context` may set.
    static let contextKeys: Set<String> = [
        // QEMU
        "arch", "boot_console", "boot_root", "cpu", "extra_options", "guestfs_driveid", "guestfs_interface",
        "guestfs_size", "machine", "memory", "model", "monitor", "netdevice", "no_kvm", "no_network", "serial", "vga",
        // U-Boot
        "booti_kernel_addr", "booti_ramdisk_addr", "booti_dtb_addr", "bootm_kernel_addr", "bootm_ramdisk_addr",
        "bootm_dtb_addr", "bootz_kernel_addr", "bootz_ramdisk_addr", "bootz_dtb_addr", "uboot_extra_error_message",
        "uboot_needs_interrupt", "uboot_altbank", "bootloader_prompt",
        // Any board
        "deploy_character_delay", "boot_character_delay", "test_character_delay", "boot_retry", "failure_retry",
        "console_device", "custom_kernel_args", "extra_kernel_args", "extra_nfsroot_args", "kernel_loglevel",
        "kernel_start_message", "lava_test_results_dir", "menu_interrupt_prompt", "mustang_menu_list",
        "tftp_mac_address",
    ]

    static let jobStatuses: Set<String> = ["finished", "running", "complete", "canceled", "incomplete", "all"]
}

import LabModel

/// Everything that a device type can say, in one table: the checks, the JSON Schema and the documentation come from it.
enum DeviceTypeFacts {
    static let root = FactKind.keys(
        [
            FactKey("description", .text(0...200), "one line for people"),
            FactKey("architecture", .text(1...40), "of the processor in Debian's words, such as `arm64`"),
            FactKey("deploy_methods", .words(deployMethods), "what `deploy` blocks may use, by LAVA's names"),
            FactKey("boot_methods", .words(bootMethods), "what `boot` blocks may use, by LAVA's names"),
            FactKey("character_delays", characterDelays, "pauses between typed characters"),
            FactKey("constants", constants, "what the system on the board says, and how its shell is used"),
            FactKey("images", images, "what is done to images before the board gets them"),
            FactKey("bootloaders", bootloaders, "boot loaders that are talked to over the console"),
            FactKey("load_addresses", loadAddresses, "where a boot command wants its images in memory"),
            FactKey("timeouts", .table(of: .duration()), "by LAVA's action name, such as `auto-login-action`"),
            FactKey(
                "connection_timeouts", .table(of: .duration()), "for single waits on the console, by action name"),
            FactKey("user_commands", .table(of: userCommand), "what `command` blocks may ask for"),
            FactKey("power", power, "what the board's supply needs"),
            FactKey("environment", .table(of: .text()), "shell variables for tests"),
            FactKey("network", network, "the lab's servers as the board sees them"),
            FactKey("emulator", .table(of: .free), "options for the driver of an emulated board"),
        ] + tools)

    private static let deployMethods =
        DeployAction.Method.allCases.map(\.rawValue) + LavaVocabulary.otherDeployMethods.keys.sorted()
    private static let bootMethods =
        BootAction.Method.allCases.map(\.rawValue) + LavaVocabulary.otherBootMethods.keys.sorted()

    private static let longestPause = 60_000

    private static let characterDelays = FactKind.keys([
        FactKey("deploy", .integer(0...longestPause), "while images are written, in milliseconds"),
        FactKey("boot", .integer(0...longestPause), "at the boot loader and the login, in milliseconds"),
        FactKey("test", .integer(0...longestPause), "in the test shell, in milliseconds"),
    ])

    private static let constants = FactKind.keys([
        FactKey("test_shell", .text(1...200), "the shell that tests run under"),
        FactKey("results_directory", .text(1...200), "of the test overlay; `%s` is the job's number"),
        FactKey("kernel_start_message", .expression, "the kernel's first words"),
        FactKey("shutdown_message", .expression, "what a system says that goes down"),
        FactKey("login_incorrect_message", .expression, "a refused login"),
        FactKey("login_timed_out_message", .expression, "a login that took too long"),
        FactKey("failure_retry", .integer(1...1000), "attempts for blocks that do not say how many"),
        FactKey("boot_retry", .integer(1...1000), "the same for `boot` blocks"),
    ])

    private static let images = FactKind.keys([
        FactKey("architecture", .text(1...20), "for mkimage, such as `arm64`"),
        FactKey(
            "ramdisk_format", .word(ImageFacts.RamdiskFormat.allCases.map(\.rawValue)),
            "`u-boot` wraps the ramdisk in a legacy header, `raw` passes its size"),
        FactKey("appends_device_tree", .boolean, "whether the device tree goes behind the kernel"),
        FactKey("execute_in_place", .boolean, "whether a kernel with U-Boot's header runs where it was loaded"),
        FactKey("kernel_load_address", .address, "where a kernel that is put into U-Boot's header wants to be"),
        FactKey("fit_load_address", .address, "where a FIT image wants its kernel"),
    ])

    private static let address = FactKind.address

    private static let loadAddresses = FactKind.keys(
        [("booti", "an `Image`"), ("bootm", "a kernel with U-Boot's header"), ("bootz", "a `zImage`")].map {
            FactKey(
                $0.0,
                .keys([
                    FactKey("kernel", address, "the kernel"),
                    FactKey("ramdisk", address, "the ramdisk"),
                    FactKey("device_tree", address, "the device tree"),
                    FactKey("tee", address, "the trusted execution environment"),
                    FactKey("device_tree_overlay", address, "an overlay of the device tree"),
                ]), "for the command that starts \($0.1)")
        })

    private static let userCommand = FactKind.keys([
        FactKey("do", .oneOrMore(.text(1...4096)), "what is run"),
        FactKey("undo", .oneOrMore(.text(1...4096)), "what is run at the end of the job"),
    ])

    private static let power = FactKind.keys([
        FactKey("minimum_off_time", .duration(allowsZero: true), "off at least so long before it goes on again"),
        FactKey("hourly_switch_ons", .integer(1...3600), "switched on at most so often within an hour"),
    ])

    private static let network = FactKind.keys([
        FactKey("http_address", .text(1...255), "the lab's HTTP server"),
        FactKey("tftp_address", .text(1...255), "the lab's TFTP server, LAVA's `{SERVER_IP}`"),
    ])
}

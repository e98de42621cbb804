import JobDSL
import LabModel
import Testing

@Suite struct ProfileCheckTests {
    private let catalog = DeviceTypeCatalog(folders: [shippedTypes])

    private func check(_ actions: String, on type: String) throws -> [String] {
        let plan = try #require(compiled(jobText(actions)).plan)
        let profile = try catalog.profile(of: DeviceTypeName(rawValue: type))
        return JobCompiler().check(plan, against: profile).map(\.description)
    }

    private let tftp = "- deploy: {to: tftp, kernel: {url: 'http://x/k', type: image}, ramdisk: {url: 'http://x/r'}}\n"

    @Test func whatFitsHasNoFindings() throws {
        let boot = "- boot: {method: u-boot, commands: ramdisk, prompts: ['# ']}\n- command: {name: power_off}"
        #expect(try check(tftp + boot, on: "virt-arm64-ab").isEmpty)
        // GRUB takes any kernel that it can read, and needs no addresses.
        #expect(try check(tftp + boot.replacing("u-boot", with: "grub"), on: "virt-x86-grub").isEmpty)
        let qemu =
            "- deploy: {to: tmpfs, images: {kernel: {url: 'http://x', image_arg: '-kernel {kernel}'}}}\n"
            + "- boot: {method: qemu, prompts: ['# ']}"
        #expect(try check(qemu, on: "qemu").isEmpty)
        #expect(try check("- boot: {method: minimal, prompts: ['# ']}", on: "sim").isEmpty)
    }

    @Test func namesWhatTheTypeDoesNotOffer() throws {
        #expect(
            try check(tftp, on: "qemu") == [
                "6:3: error: the device type `qemu` does not offer deploy to: tftp; "
                    + "it offers tmpfs, downloads, download, overlay"
            ])
        #expect(
            try check("- boot: {method: qemu, prompts: [x]}", on: "sim") == [
                "6:3: error: the device type `sim` does not offer boot method: qemu; it offers minimal"
            ])
    }

    @Test func aBoardIsStartedThroughItsOwnBootLoader() throws {
        let boot = "- boot: {method: grub, commands: ramdisk, prompts: [x]}"
        #expect(
            try check(boot, on: "virt-riscv64") == [
                "6:3: error: the device type `virt-riscv64` does not offer boot method: grub; it offers u-boot, minimal"
            ])
        #expect(
            try check(boot.replacing("ramdisk", with: "sata"), on: "virt-x86-grub") == [
                "6:3: error: the device type `virt-x86-grub` has no command set `sata`; "
                    + "it has debian-installed, debian-installer, nbd, nfs, ramdisk"
            ])
    }

    @Test func namesMissingFactsOfTheBootLoader() throws {
        let boot = "- boot: {method: u-boot, commands: ramdsk, prompts: [x]}"
        #expect(
            try check(boot, on: "virt-arm64-ab") == [
                "6:3: error: the device type `virt-arm64-ab` has no command set `ramdsk`; did you mean `ramdisk`?"
            ])
        let untyped =
            "- deploy: {to: tftp, kernel: {url: 'http://x/k'}}\n- boot: {method: u-boot, commands: ramdisk, prompts: [x]}"
        #expect(
            try check(untyped, on: "virt-arm64-ab") == [
                "6:30: error: `kernel` needs `type`, so that its boot command is known"
            ])
        let zimage = "- deploy: {to: tftp, kernel: {url: 'http://x/k', type: zimage}}"
        #expect(
            try check(zimage, on: "virt-arm64-ab") == [
                "6:30: error: the device type `virt-arm64-ab` has no load addresses for a kernel of type `zimage`"
            ])
    }

    @Test func aTypeWithoutFactsCannotDoWhatNeedsThem() throws {
        let folder = try TypeFolder([
            "bare.yaml": "architecture: arm64\ndeploy_methods: [tftp]\nboot_methods: [u-boot, minimal]\n"
        ])
        let bare = try folder.catalog.profile(of: DeviceTypeName(rawValue: "bare"))
        let actions =
            "- deploy: {to: tftp}\n- boot: {method: u-boot, commands: ['a {KERNEL_ADDR}'], prompts: [x]}\n"
            + "- boot: {method: minimal, prompts: [x], transfer_overlay: {download_command: a, unpack_command: b}}"
        let plan = try #require(compiled(jobText(actions)).plan)
        #expect(
            JobCompiler().check(plan, against: bare).map(\.message) == [
                "the device type `bare` has no `network`, which tftp needs",
                "the device type `bare` says nothing of `u-boot` in `bootloaders`",
                "the device type `bare` has no `network`, which `transfer_overlay` needs",
            ])
        var withLoader = bare
        withLoader.bootloaders[.uboot] = BootloaderFacts()
        #expect(
            JobCompiler().check(plan, against: withLoader).contains { $0.message.contains("has no `load_addresses`") })
    }
}

import JobDSL
import LabModel
import Testing

@Suite struct ShippedTypesTests {
    private let catalog = DeviceTypeCatalog(folders: [shippedTypes])

    private func profile(_ name: String, context: [String: DataValue] = [:]) throws -> DeviceProfile {
        try catalog.profile(of: DeviceTypeName(rawValue: name), context: context)
    }

    @Test func virtualBoardsResolve() throws {
        let names = [
            "qemu", "sim", "virt-arm64-ab", "virt-arm64-container", "virt-arm64-flip-ext4", "virt-arm64-flip-fat",
            "virt-arm64-mender", "virt-arm64-ostree", "virt-arm64-ostree-fixed", "virt-arm64-rauc",
            "virt-arm64-resin", "virt-arm64-swupdate", "virt-riscv64", "virt-x86-grub",
            "virt-x86-labd",
        ]
        #expect(Set(names).isSubset(of: catalog.names.map(\.rawValue)))
        for name in names {
            let profile = try catalog.profile(of: DeviceTypeName(rawValue: name))
            #expect(!profile.description.isEmpty)
            #expect(profile.timeouts["auto-login-action"] == .seconds(120))
            #expect(profile.connectionTimeouts["lava-test-shell"] == .seconds(10))
            #expect(profile.constants == Constants())
        }
    }

    @Test func qemuFollowsTheContext() throws {
        let arm = try profile("qemu")
        #expect(arm.architecture == "arm64")
        #expect(
            arm.emulator == [
                "arch": "arm64", "machine": "virt,gic-version=2", "cpu": "cortex-a53", "memory": 256, "network": "user",
                "network_model": "virtio-net-pci", "disk_interface": "virtio", "kvm": false, "extra_options": [],
            ])
        #expect(arm.deployMethods.contains("tmpfs"))
        #expect(arm.bootMethods == ["qemu"])
        let context: [String: DataValue] = [
            "arch": "x86_64", "memory": "1G", "no_network": true, "no_kvm": false, "extra_options": ["-smp", 2],
            "boot_character_delay": 5, "failure_retry": 2, "kernel_start_message": "x",
        ]
        let amd = try profile("qemu", context: context)
        #expect(amd.architecture == "amd64")
        #expect(amd.emulator["machine"] == "q35")
        #expect(amd.emulator["cpu"] == "max")
        #expect(amd.emulator["memory"] == "1G")
        #expect(amd.emulator["network"] == "none")
        #expect(amd.emulator["kvm"] == true)
        #expect(amd.emulator["extra_options"] == ["-smp", 2])
        #expect(amd.characterDelays.boot == .milliseconds(5))
        #expect(amd.constants.failureRetry == 2)
        #expect(amd.constants.kernelStartMessage == "x")
    }

    @Test func theVirtualBoardStartsThroughUBoot() throws {
        let profile = try profile("virt-arm64-ab")
        let bootloader = try #require(profile.bootloaders[.uboot])
        #expect(bootloader.prompt == "=>")
        #expect(bootloader.errorMessages.count == 18)
        #expect(bootloader.commandSets["disk"] == ["run bootcmd"])
        #expect(
            bootloader.commandSets["ramdisk"] == [
                "fdt addr ${fdtcontroladdr}", "fdt move ${fdtcontroladdr} {DTB_ADDR}", "setenv autoload no", "dhcp",
                "setenv serverip {SERVER_IP}", "setenv gatewayip 10.0.2.2", "tftpboot {KERNEL_ADDR} {KERNEL}",
                "tftpboot {RAMDISK_ADDR} {RAMDISK}", "setenv initrd_size ${filesize}", "tftpboot {DTB_ADDR} {DTB}",
                "setenv bootargs 'console=ttyAMA0,115200n8 root=/dev/ram0  ip=dhcp'", "{BOOTX}",
            ])
        #expect(
            profile.loadAddresses == [
                "booti": LoadAddresses(kernel: "0x40400000", ramdisk: "0x48000000", deviceTree: "0x47000000")
            ])
        #expect(profile.network == NetworkFacts(httpAddress: "10.0.2.2", tftpAddress: "127.0.0.2"))
        #expect(profile.emulator["kit"] == "arm64-ab")
        #expect(profile.bootMethods == ["u-boot", "minimal"])
    }

    @Test func theVirtualComputerStartsThroughGRUB() throws {
        let profile = try profile("virt-x86-grub", context: ["extra_kernel_args": "quiet"])
        #expect(profile.bootMethods == ["grub", "minimal"])
        #expect(Set(profile.bootloaders.keys) == [.grub])
        let grub = try #require(profile.bootloaders[.grub])
        #expect(grub.prompt == "grub>" && grub.interruptPrompt == "for a command-line")
        #expect(grub.interruptCharacter == "c" && !grub.interruptNewline && grub.needsInterrupt)
        #expect(grub.finalMessage.isEmpty)
        #expect(
            grub.commandSets["ramdisk"]?.filter { $0 != "clear" } == [
                "net_bootp", "insmod linux", "insmod tftp",
                "linux (tftp,{SERVER_IP})/{KERNEL} console=ttyS0,115200  quiet", "initrd (tftp,{SERVER_IP})/{RAMDISK}",
                "boot",
            ])
        #expect(profile.emulator["kit"] == "amd64-grub" && profile.architecture == "amd64")
    }

    @Test func theRiscVBoardDiffersInItsFacts() throws {
        let profile = try profile("virt-riscv64")
        #expect(profile.bootMethods == ["u-boot", "minimal"] && profile.architecture == "riscv64")
        #expect(profile.images.architecture == "riscv" && profile.images.ramdiskFormat == .raw)
        #expect(profile.bootloaders[.uboot]?.commandSets["ramdisk"]?.last == "{BOOTX}")
        #expect(Array(profile.loadAddresses.keys) == ["booti"])
        #expect(profile.emulator["kit"] == "riscv64-uboot")
    }

    @Test func uBootTakesLavasVariables() throws {
        let context: [String: DataValue] = [
            "booti_kernel_addr": "0x1", "bootm_kernel_addr": "0x2", "bootm_ramdisk_addr": "0x3",
            "bootm_dtb_addr": "0x4",
            "bootloader_prompt": "U-Boot>", "uboot_extra_error_message": "oops", "uboot_needs_interrupt": false,
            "extra_kernel_args": "quiet", "console_device": "ttyS9",
        ]
        let profile = try profile("virt-arm64-ab", context: context)
        #expect(profile.loadAddresses["booti"]?.kernel == "0x1")
        #expect(profile.loadAddresses["bootm"]?.deviceTree == "0x4")
        #expect(profile.bootloaders[.uboot]?.prompt == "U-Boot>")
        #expect(profile.bootloaders[.uboot]?.errorMessages.last == "oops")
        #expect(profile.bootloaders[.uboot]?.needsInterrupt == false)
        // The console's name is the board's, not the job's.
        #expect(
            profile.bootloaders[.uboot]?.commandSets["ramdisk"]?.contains(
                "setenv bootargs 'console=ttyAMA0,115200n8 root=/dev/ram0 quiet ip=dhcp'") == true)
    }
}

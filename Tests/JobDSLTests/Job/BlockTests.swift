import JobDSL
import LabModel
import Testing

@Suite struct BlockTests {
    @Test func readsWhatAllBlocksHave() throws {
        let plan = try #require(
            compiled(
                jobText(
                    """
                    - test:
                        namespace: main
                        connection-namespace: main
                        role: [a, b]
                        timeout: {minutes: 3, skip: true}
                        timeouts: {lava-test-shell: {seconds: 5}}
                        failure_retry: 3
                        failure_retry_interval: 7
                        monitors: [{name: m, start: s, end: e, pattern: p}]
                    """)
            ).plan)
        let block = plan.blocks[0]
        #expect(block.namespace == "main")
        #expect(block.connectionNamespace == "main")
        #expect(block.roles == ["a", "b"])
        #expect(
            block.timeouts
                == BlockTimeouts(
                    block: .seconds(180), skipsOnTimeout: true, named: ["lava-test-shell": .seconds(5)]))
        #expect(block.failureRetry == 3)
        #expect(block.failureRetryInterval == .seconds(7))
        #expect(block.position == SourcePosition(line: 6, column: 3))
        #expect(plan.unsupported.isEmpty)
    }

    @Test(arguments: [
        ("[]", "`actions` needs at least one block"),
        ("- x", "an entry of `actions` needs a mapping with one key"),
        ("- boots: {}", "a block of `actions` cannot be `boots`; did you mean `boot`?"),
        ("- powercut: {}", "a block of `actions` cannot be `powercut`; did you mean `power_cut`?"),
        ("- deploy:\n  to: overlay", "has 2 keys; it needs exactly one; indent what belongs to `deploy` below it"),
        ("- boot: x", "`boot` needs a mapping, not `x`"),
        ("- command: {name: a, failure_retry: 2, repeat: 2}", "takes `failure_retry` or `repeat`, not both"),
        ("- command: {name: a, failure_retry: 0}", "`failure_retry` must be from 1 to"),
        (
            "- boot: {method: minimal, prompts: ['# '], fatal_findings: [oops, ooops]}",
            "an entry of `fatal_findings` cannot be `ooops`"
        ),
        ("- command: {name: a, namespace: common}", "`common` is a reserved namespace"),
        ("- command: {}", "`command` needs `name`"),
        ("- command: {name: }", "`name` needs a value"),
    ])
    func refusesWrongBlocks(_ actions: String, _ expected: String) {
        let found = errors(jobText(actions == "[]" ? " []" : actions))
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test func unknownKeysInsideActionsAreWarnings() throws {
        let job = compiled(jobText("- boot: {method: minimal, prompts: ['# '], promts: x, zzz: 1}"))
        #expect(job.plan != nil)
        #expect(
            job.diagnostics.map(\.description) == [
                "6:44: warning: `promts` is not a known key of `boot` and is ignored; did you mean `prompts`?",
                "6:55: warning: `zzz` is not a known key of `boot` and is ignored",
            ])
    }

    @Test(arguments: [
        ("- boot: {method: minimal, prompts: [x], timeout: {minutes: 1, skip: true}}", "`skip` has an effect only"),
        (
            "- boot: {method: minimal, prompts: [x], soft_reboot: [reboot]}",
            "`soft_reboot` is not used: boards here have power control"
        ),
        ("- command: {name: power_on, timeout: {hours: 1}}", "`timeout` is longer than the time-out of the whole job"),
        ("- command: {name: a, namespace: x}\n- command: {name: a}", "this block has no `namespace`"),
    ])
    func warns(_ actions: String, _ expected: String) {
        let job = compiled(jobText(actions))
        #expect(job.plan != nil)
        #expect(job.diagnostics.contains { $0.severity == .warning && $0.message.contains(expected) })
    }

    @Test(arguments: [
        ("- command: {name: recovery_mode}", "command `recovery_mode`"),
        ("- command: {name: relay_on}", "command `relay_on`"),
        ("- command: {name: power_on, protocols: {lava-multinode: []}}", "command `protocols`"),
        (
            "- command: {name: power_on, namespace: x}\n- command: {name: power_on, namespace: y}",
            "more than one `namespace`"
        ),
        ("- command: {name: power_on, namespace: x, connection-namespace: y}", "`connection-namespace`"),
        ("- deploy: {to: nbd, kernel: {}, nbdroot: {}, initrd: {}}", "deploy to: nbd"),
        ("- deploy: {to: flasher, images: {}}", "deploy to: flasher"),
        ("- deploy: {to: overlay, authorize: ssh}", "deploy `authorize`"),
        ("- boot: {method: grub-efi, commands: nfs, unheard: of}", "boot method: grub-efi"),
        ("- boot: {method: fastboot}", "boot method: fastboot"),
        ("- boot: {method: minimal, prompts: [x], pre_os_command: true}", "boot method: minimal `pre_os_command`"),
        ("- boot: {method: u-boot, commands: a, prompts: [x], use_bootscript: true}", "boot `use_bootscript`"),
        ("- boot: {method: qemu, prompts: [x], media: nfs}", "boot method: qemu `media: nfs`"),
        ("- test: {services: [{name: s}]}", "test `services`"),
        ("- test: {docker: {image: i}, definitions: [{name: a, from: git, repository: r, path: p}]}", "test `docker`"),
    ])
    func acceptsValidLavaThatDoesNotRun(_ actions: String, _ feature: String) throws {
        let job = compiled(jobText(actions))
        let plan = try #require(job.plan, "\(job.diagnostics)")
        #expect(plan.unsupported.map(\.name) == [feature])
    }

    @Test func everyOtherMethodIsKnown() throws {
        let keys = "images: {a: {}}, kernel: {}, nbdroot: {}, initrd: {}, image: i, device: d, recovery_image: {}"
        for method in [
            "nfs", "ssh", "docker", "fastboot", "usb", "sata", "sd", "u-boot-ums", "uuu", "qdl", "recovery", "vemsd",
            "fvp", "iso-installer", "mps", "musca", "avh", "usbg-ms",
        ] {
            #expect(
                try onlyAction("- deploy: {to: \(method), \(keys)}") == .unsupported(kind: "deploy", method: method))
        }
        let boot =
            "commands: c, bootloader: b, connection: c, command: c, media: m, image: i, console_string: s, "
            + "arguments: [], docker: {}, boot_message: b"
        for method in [
            "depthcharge", "ipxe", "grub-efi", "bootloader", "uefi-menu", "uefi", "ssh", "new_connection",
            "docker", "nodebooter", "qemu-nfs", "qemu-iso", "fvp", "uuu", "recovery", "dfu", "jlink", "pyocd",
            "cmsis-dap",
            "openocd", "gdb", "kexec", "avh", "musca", "qdl", "monitor", "schroot",
        ] {
            #expect(
                try onlyAction("- boot: {method: \(method), \(boot)}") == .unsupported(kind: "boot", method: method))
        }
    }

    @Test(arguments: [
        ("- deploy: {to: tftpp}", "6:16: error: `to` cannot be `tftpp`; did you mean `tftp`?"),
        ("- deploy: {}", "6:11: error: `deploy` needs `to`"),
        ("- deploy: {to: lxc}", "6:16: error: `lxc` was removed from LAVA"),
        ("- deploy: {to: nbd, kernel: {}}", "6:11: error: `deploy` needs `nbdroot`"),
        (
            "- boot: {method: uboot, commands: ramdisk}",
            "6:18: error: `method` cannot be `uboot`; did you mean `u-boot`?"
        ),
        ("- boot: {method: grub-efi}", "6:9: error: `boot` needs `commands`"),
    ])
    func refusesMethodsThatLavaDoesNotKnow(_ actions: String, _ expected: String) {
        #expect(errors(jobText(actions)).first == expected)
    }
}

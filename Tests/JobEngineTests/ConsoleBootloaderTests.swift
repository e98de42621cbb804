import LabModel
import LabSimulation
import Testing

@testable import JobEngine

/// Boot loaders that are talked to at a prompt: one pipeline, driven by the device type's facts.
@Suite struct ConsoleBootloaderTests {
    static let grub = BootloaderFacts(
        prompt: "grub>", interruptPrompt: "for a command-line", interruptCharacter: "c", interruptNewline: false,
        finalMessage: "", errorMessages: ["error: missing (.*) symbol."],
        commandSets: [
            "ramdisk": [
                "net_bootp", "linux (tftp,{SERVER_IP})/{KERNEL} console=ttyS0", "initrd (tftp,{SERVER_IP})/{RAMDISK}",
                "devicetree (tftp,{SERVER_IP})/{DTB}", "boot",
            ]
        ])

    /// The menu as a serial terminal gets it.
    static let menu =
        "\u{1B}[0m\u{1B}[30mWelcome to GRUB!\r\n\u{1B}[H\u{1B}[J\u{1B}[2;24HGNU GRUB  version 2.06\r\n"
        + "      before booting or `c' for a command-line.\u{1B}[5;3H*Linux\u{1B}[22;1Hin 5s."

    static let images = Action.deploy(
        DeployAction(
            method: .tftp,
            images: [
                ImageRequest(name: "kernel", url: "http://x/k", kernelType: .image),
                ImageRequest(name: "ramdisk", url: "http://x/r"),
            ]))

    static func boot(_ method: BootAction.Method, _ commands: BootAction.Commands = .set("ramdisk")) -> Action {
        .boot(BootAction(method: method, commands: commands, prompts: ["/ # $"]))
    }

    /// A board whose boot loader prints `greeting`, waits for `key` and answers each line with its prompt, or as `reply`
    /// says; `boot` starts the kernel.
    static func bench(
        _ kind: BootloaderKind, _ facts: BootloaderFacts, greeting: String, key: String,
        reply: @escaping @Sendable (_ line: String) -> String? = { _ in nil }
    ) async throws -> Bench {
        var bench = Bench { line, console in
            if let text = reply(line) { return console.print(text) }
            guard line == "boot" else { return console.print("\u{1B}[H\u{1B}[J\r\n\(facts.prompt) \u{1B}[1;7H") }
            console.print("\r\n[    0.000000] Linux version 6.1.0\r\n/ # ")
        }
        bench.profile.bootloaders = [kind: facts]
        let console = bench.console
        bench.power.onSwitch = { if $0 == .on { console.print(greeting) } }
        // Each line is typed at the prompt that is there; nothing comes before the key was pressed.
        _ = try await console.arm(ConsoleTrigger(pattern: ConsolePattern("in 5s\\.\(key)")), from: .start) { _ in
            console.print("\r\n\(facts.prompt) ")
        }
        return bench
    }

    @Test func grubIsStoppedAtItsMenuAndTypedAt() async throws {
        let bench = try await Self.bench(.grub, Self.grub, greeting: Self.menu, key: "c")
        let outcome = await bench.run([Self.images, Self.boot(.grub)])
        #expect(outcome == JobOutcome(health: .complete))
        // The key has no line of its own, and no newline behind it. What the job has no image for is left out.
        #expect(
            bench.console.sent == [
                "cnet_bootp", "linux (tftp,10.0.2.2)/7/kernel console=ttyS0", "initrd (tftp,10.0.2.2)/7/ramdisk",
                "boot",
            ])
        let lava = bench.recorder.outcomes("lava")
        for row in ["bootloader-interrupt: pass", "bootloader-commands: pass", "auto-login-action: pass"] {
            #expect(lava.contains(row), "\(row) is missing in \(lava)")
        }
    }

    @Test func anErrorOfTheBootLoaderEndsTheBoot() async throws {
        let bench = try await Self.bench(.grub, Self.grub, greeting: Self.menu, key: "c") { line in
            line.hasPrefix("linux") ? "\r\nerror: missing `grub_linux' symbol.\r\ngrub> " : nil
        }
        let outcome = await bench.run([Self.images, Self.boot(.grub)])
        #expect(outcome.failure?.type == .infrastructure)
        #expect(outcome.failure?.message.contains("missing `grub_linux' symbol.") == true)
        #expect(bench.console.sent.last?.hasPrefix("linux") == true)
    }

    @Test func aPromptThatComesByItselfIsNotInterrupted() async throws {
        var facts = Self.grub
        facts.needsInterrupt = false
        let bench = try await Self.bench(.grub, facts, greeting: "\r\ngrub> ", key: "-")
        let outcome = await bench.run([Self.boot(.grub, .lines(["echo {SERVER_IP}", "boot"]))])
        #expect(outcome == JobOutcome(health: .complete))
        #expect(bench.console.sent == ["echo 10.0.2.2", "boot"])
    }

    @Test func bareboxIsOnlyFacts() async throws {
        let facts = BootloaderFacts(
            prompt: "barebox:/", interruptPrompt: "Hit m for menu or any other key to stop autoboot",
            finalMessage: "Starting kernel", commandSets: ["ramdisk": ["dhcp", "boot"]])
        let bench = try await Self.bench(
            .barebox, facts, greeting: "Hit m for menu or any other key to stop autoboot: in 5s.", key: "\n"
        ) { line in
            line == "boot" ? "\r\nStarting kernel in secure mode\r\nLinux version 6.1.0\r\n/ # " : nil
        }
        let outcome = await bench.run([Self.images, Self.boot(.barebox)])
        #expect(outcome == JobOutcome(health: .complete))
        #expect(bench.console.sent == ["", "dhcp", "boot"])
    }

    @Test func aFirmwareThatGreetsInsteadOfTheKernelEndsTheBoot() async throws {
        let bench = try await Self.bench(.grub, Self.grub, greeting: Self.menu, key: "c") { line in
            line == "boot" ? "\u{1B}[2J\u{1B}[01;01HBdsDxe: loading Boot0001 \"disk\" from Pci(0x1,0x0)\r\n" : nil
        }
        let outcome = await bench.run([Self.images, Self.boot(.grub)])
        #expect(outcome.failure?.type == .job)
        #expect(outcome.failure?.message.contains("before the kernel greeted") == true)
    }

    @Test func withoutFactsTheBoardIsToBlame() async throws {
        let bench = try await Self.bench(.uboot, BootloaderFacts(), greeting: "", key: "-")
        let outcome = await bench.run([Self.boot(.grub)])
        #expect(outcome.failure?.type == .configuration)
        #expect(outcome.failure?.message.contains("bootloaders: grub") == true)
    }
}

import LabModel
import Testing

@testable import JobEngine

@Suite struct PlaceholdersTests {
    static let addresses = [
        "booti": LoadAddresses(kernel: "0x1", ramdisk: "0x2", deviceTree: "0x3"),
        "bootm": LoadAddresses(kernel: "0x4", ramdisk: "0x5", deviceTree: "0x6"),
    ]

    @Test func linesWithoutAValueAreDropped() {
        let placeholders = Placeholders(values: ["KERNEL": "7/kernel", "KERNEL_ADDR": "0x1"])
        #expect(
            placeholders.fill(["tftp {KERNEL_ADDR} {KERNEL}", "tftp 0x2 {RAMDISK}", "setenv a ${filesize}"])
                == ["tftp 0x1 7/kernel", "setenv a ${filesize}"])
    }

    @Test func whatIsNoPlaceholderStays() {
        let placeholders = Placeholders(values: [:])
        #expect(placeholders.fill("echo {lower} {} {open") == "echo {lower} {} {open")
    }

    @Test(arguments: [
        (ImageRequest.KernelType.image, true, "booti 0x1 0x2 0x3"),
        (.image, false, "booti 0x1 0x2:${initrd_size} 0x3"),
        (.zimage, true, "bootm 0x4 0x5 0x6"),
        (.uimage, true, "bootm 0x4 0x5 0x6"),
    ])
    func bootxFollowsTheKernel(type: ImageRequest.KernelType, hasHeader: Bool, line: String) {
        let profile = DeviceProfile(type: DeviceTypeName(rawValue: "t"), loadAddresses: Self.addresses)
        let served = ["kernel": "k", "ramdisk": "r", "dtb": "d"]
        let placeholders = Placeholders(
            job: JobID(rawValue: 1), profile: profile, served: served, kernelType: type, hasHeader: hasHeader)
        #expect(placeholders.fill("{BOOTX}") == line)
    }

    @Test func withoutRamdiskAPlaceholderStands() {
        let profile = DeviceProfile(type: DeviceTypeName(rawValue: "t"), loadAddresses: Self.addresses)
        let placeholders = Placeholders(
            job: JobID(rawValue: 1), profile: profile, served: ["kernel": "k"], kernelType: .image, hasHeader: false)
        #expect(placeholders.fill("{BOOTX}") == "booti 0x1 - 0x3")
        #expect(placeholders.fill("tftp {DTB_ADDR} {DTB}") == nil)
    }

    @Test func aZimageIsWrappedWithoutBootz() {
        #expect(BootCommandChoice(kernel: .zimage, addresses: Self.addresses).needsWrapping)
        #expect(!BootCommandChoice(kernel: .uimage, addresses: Self.addresses).needsWrapping)
        #expect(!BootCommandChoice(kernel: .image, addresses: Self.addresses).needsWrapping)
    }
}

@Suite struct InterruptKeysTests {
    @Test func theDefaultIsANewline() {
        #expect(BootloaderFacts().interruptKeys == "\n")
    }

    @Test func controlsReplaceTheCharacter() {
        let facts = BootloaderFacts(interruptCharacter: "x", interruptControls: ["c", "B", "?"])
        #expect(facts.interruptKeys == "\u{3}\u{2}")
    }

    @Test func theNewlineCanBeLeftOut() {
        let facts = BootloaderFacts(interruptCharacter: " ", interruptNewline: false)
        #expect(facts.interruptKeys == " ")
    }
}

@Suite struct StepTimeoutsTests {
    static func timeouts(_ job: JobTimeouts, device: [String: Duration] = [:]) -> StepTimeouts {
        StepTimeouts(job: job, profile: DeviceProfile(type: DeviceTypeName(rawValue: "t"), timeouts: device))
    }

    @Test func theNearestWordWins() {
        var job = JobTimeouts(job: .seconds(100))
        var block = BlockTimeouts()
        let device: [String: Duration] = ["power-off": .seconds(2)]
        let duration = { Self.timeouts(job, device: device).duration(of: "power-off", in: block, attempts: 1) }
        #expect(Self.timeouts(job).duration(of: "x", in: block, attempts: 1) == .seconds(30))
        job.action = .seconds(1)
        #expect(duration() == .seconds(2))
        block.block = .seconds(3)
        #expect(duration() == .seconds(3))
        job.actions["power-off"] = .seconds(4)
        #expect(duration() == .seconds(4))
        block.named["power-off"] = .seconds(5)
        #expect(duration() == .seconds(5))
    }

    @Test func retriesShareTheBlocksTime() {
        let block = BlockTimeouts(block: .seconds(30))
        #expect(
            Self.timeouts(JobTimeouts(job: .seconds(100))).duration(of: "x", in: block, attempts: 3) == .seconds(10))
    }
}

@Suite struct ResultBufferTests {
    static let record = ResultRecord(suite: "s", name: "n", result: .pass, logged: WallTime(nanoseconds: 0))

    @Test func fiftyMakeABatch() {
        var buffer = ResultBuffer()
        let now = MonotonicTime(nanoseconds: 0)
        for _ in 1..<50 { #expect(buffer.add(Self.record, now: now) == nil) }
        #expect(buffer.add(Self.record, now: now)?.count == 50)
        #expect(buffer.due == nil)
    }

    @Test func theOldestDecidesWhenItIsDue() {
        var buffer = ResultBuffer()
        _ = buffer.add(Self.record, now: MonotonicTime(nanoseconds: 0))
        _ = buffer.add(Self.record, now: MonotonicTime(nanoseconds: 40_000_000))
        #expect(buffer.takeDue(now: MonotonicTime(nanoseconds: 49_000_000)) == nil)
        #expect(buffer.takeDue(now: MonotonicTime(nanoseconds: 50_000_000))?.count == 2)
    }
}

@Suite struct OverlayLayoutTests {
    static func entries(_ request: TestDefinitionRequest, secrets: [String: String] = [:]) -> [String: String] {
        guard case .inline(let definition) = request.source else { return [:] }
        let plan = JobPlan(
            name: "j", deviceType: nil, timeouts: JobTimeouts(job: .seconds(1)), environment: ["WORD": "it's"],
            secrets: secrets, blocks: [])
        let layout = OverlayLayout(
            root: "/lava-7", job: JobID(rawValue: 7), board: BoardName(rawValue: "b"), plan: plan,
            profile: DeviceProfile(type: DeviceTypeName(rawValue: "t")))
        let test = StagedTest(
            index: 3, request: request, definition: definition, commit: nil, uuid: "7_1.1", folder: "/host")
        let entries = layout.entries([TestStage(number: 0, block: 2, tests: [test])])
        return Dictionary(
            uniqueKeysWithValues: entries.map { entry in
                if case .bytes(let bytes) = entry.content {
                    return (entry.path, String(decoding: bytes, as: UTF8.self))
                }
                return (entry.path, "")
            })
    }

    @Test func theRunnerFindsItsDefinitions() {
        let files = Self.entries(inlineTest("smoke"))
        #expect(files["lava-7/0/lava-test-runner.conf"] == "/lava-7/0/tests/3_smoke\n")
        #expect(files["lava-7/bin/lava-test-runner"]?.hasPrefix("#!/bin/sh\n") == true)
        #expect(files["lava-7/0/tests/3_smoke/uuid"] == "7_1.1\n")
    }

    @Test func valuesAreQuotedForTheShell() {
        let files = Self.entries(inlineTest("smoke"), secrets: ["TOKEN": "$(reboot)"])
        #expect(files["lava-7/environment"]?.contains(#"export WORD='it'\''s'"#) == true)
        #expect(files["lava-7/secrets"] == "TOKEN='$(reboot)'\n")
    }

    @Test func theJobsParametersComeLast() {
        var request = inlineTest("smoke")
        request.source = .inline(
            TestDefinition(name: "smoke", parameters: [ShellVariable(name: "A", value: "1")], steps: ["echo $A"]))
        request.parameters = [ShellVariable(name: "A", value: "2")]
        let script = Self.entries(request)["lava-7/0/tests/3_smoke/run.sh"]
        #expect(script?.hasPrefix("A='1'\nA='2'\n") == true)
    }

    @Test func skippedPartsOfTheInstallationAreLeftOut() {
        var request = inlineTest("smoke")
        let install = TestDefinition.Install(dependencies: ["curl"], steps: ["make"])
        request.source = .inline(TestDefinition(name: "smoke", install: install, steps: []))
        #expect(Self.entries(request)["lava-7/0/tests/3_smoke/install.sh"]?.contains("curl") == true)
        request.skipInstall = ["deps"]
        let script = Self.entries(request)["lava-7/0/tests/3_smoke/install.sh"]
        #expect(script?.contains("curl") == false)
        #expect(script?.contains("make") == true)
    }
}

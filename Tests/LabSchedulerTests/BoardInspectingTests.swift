import LabModel
import LabSimulation
import LabStore
import Testing

@testable import LabScheduler

/// A board that is held against its description.
@Suite(.timeLimit(.minutes(5))) struct BoardInspectingTests {
    private static let bdinfo = """
        boot_params = 0x0000000000000000
        DRAM bank   = 0x0000000000000000
        -> start    = 0x0000000040000000
        -> size     = 0x0000000010000000
        flashstart  = 0x0000000000000000
        baudrate    = 115200 bps
        relocaddr   = 0x000000004f6f0000
        reloc off   = 0x000000004f6f0000
        Build       = 64-bit
        """

    private static func profile(kernel: String = "0x40400000") -> DeviceProfile {
        DeviceProfile(
            type: DeviceTypeName(rawValue: "t"), bootMethods: ["u-boot"], bootloaders: [.uboot: BootloaderFacts()],
            loadAddresses: [
                "booti": LoadAddresses(kernel: kernel, ramdisk: "0x48000000", deviceTree: "0x47000000")
            ])
    }

    /// A board with U-Boot: what it prints when it is switched on, and what it answers.
    private func inspect(
        _ profile: DeviceProfile, boots greeting: String = "U-Boot 2023.01\nHit any key to stop autoboot:  2 ",
        answers: [String: String] = [
            "": "\n=> ", "bdinfo": "\(bdinfo)\n=> ", "echo value=${loadaddr}": "value=40400000\n=> ",
        ]
    ) async throws -> (report: InspectionReport, power: ModelPower) {
        let clock = SystemLabClock()
        let power = ModelPower(clock: clock)
        let console = ScriptedConsole(clock: clock) { line, console in
            if let answer = answers[line] { console.print(answer) }
        }
        power.onSwitch = { target in if target == .on { console.print(greeting) } }
        let board = ModelBoard("one", clock: clock, power: power, console: console)
        let journaled = JournaledPower(
            power, board: board.name, job: nil, reason: "inspected", journal: try await Lab().store, clock: clock,
            times: SwitchTimes(start: clock.monotonic()), arrears: Arrears())
        var inspecting = BoardInspecting(profile: profile, board: board, power: journaled, clock: clock)
        if answers.isEmpty {
            let short = Duration.milliseconds(200)
            inspecting.patience = BoardInspecting.Patience(firstLine: short, greeting: short, answer: short)
        }
        return (try await inspecting.run(), power)
    }

    private func outcome(_ subject: InspectionReport.Subject, in report: InspectionReport) -> String? {
        report.findings.first { $0.subject == subject }.map { "\($0.outcome.rawValue): \($0.detail)" }
    }

    @Test func aBoardThatIsAsDescribed() async throws {
        let (report, power) = try await inspect(Self.profile())
        #expect(report.isSound, "\(report.findings)")
        #expect(report.findings.map(\.subject) == InspectionReport.Subject.allCases)
        #expect(outcome(.console, in: report) == "passed: it says `U-Boot 2023.01`")
        #expect(outcome(.bootloader, in: report) == "passed: u-boot stops at `=>`")
        #expect(
            outcome(.loadAddresses, in: report) == "passed: all 3 lie in the board's memory, below U-Boot")
        #expect(power.truth == .off)
    }

    @Test func addressesOutsideOfItsMemoryAreFound() async throws {
        let (report, _) = try await inspect(Self.profile(kernel: "0x80000000"))
        #expect(!report.isSound)
        #expect(
            outcome(.loadAddresses, in: report)
                == "failed: booti kernel: 0x80000000 is not in the board's memory, which is 0x40000000 to 0x50000000")
    }

    @Test func theBootLoadersOwnVariablesAreAsked() async throws {
        let (report, _) = try await inspect(Self.profile(kernel: "${loadaddr}"))
        #expect(outcome(.loadAddresses, in: report) == "passed: all 3 lie in the board's memory, below U-Boot")
    }

    @Test func aSilentConsoleIsNamedAndTheRestSkipped() async throws {
        let (report, power) = try await inspect(Self.profile(), boots: "", answers: [:])
        #expect(outcome(.console, in: report)?.hasPrefix("failed: the console prints nothing within") == true)
        #expect(outcome(.bootloader, in: report) == "skipped: something before it failed")
        #expect(report.findings.first { $0.subject == .console }?.advice?.contains("crossed") == true)
        #expect(power.truth == .off)
    }

    @Test func aBootThatDoesNotStopIsNamed() async throws {
        let (report, _) = try await inspect(
            Self.profile(), boots: "U-Boot 2023.01\nHit any key to stop autoboot:  2 \nStarting kernel\n", answers: [:])
        #expect(
            outcome(.bootloader, in: report)?.hasPrefix("failed: the prompt `=>` did not come, the last line is")
                == true)
    }

    @Test func aSwitchThatKnowsItsStateIsAsked() async throws {
        let (report, _) = try await inspect(Self.profile())
        #expect(outcome(.powerOn, in: report) == "passed: switched on, and its switch says so")
        #expect(outcome(.powerOff, in: report) == "passed: switched off, and its switch says so")
    }

    @Test func memoryOfOldAndNewUBootIsRead() throws {
        let new = try #require(UBootMemory(bdinfo: Self.bdinfo))
        #expect(new.banks == [0x4000_0000..<0x5000_0000])
        #expect(new.objection(to: 0x4f6f_0000)?.contains("where U-Boot itself lies") == true)
        #expect(new.objection(to: 0x4040_0000) == nil)
        let old = try #require(UBootMemory(bdinfo: "memstart    = 0x00000000\nmemsize     = 0x08000000\n"))
        #expect(old.banks == [0..<0x800_0000])
        #expect(UBootMemory(bdinfo: "Unknown command 'bdinfo' - try 'help'") == nil)
        #expect(UBootMemory(bdinfo: "-> start = 0xffffffffffffffff\n-> size = 0x10\n")?.banks.count == 1)
    }

    @Test func twoImagesAtOneAddressAreFound() throws {
        let memory = try #require(UBootMemory(bdinfo: Self.bdinfo))
        let entries = LoadAddressCheck.entries([
            "booti": LoadAddresses(kernel: "0x41000000", ramdisk: "41000000", deviceTree: "0x42000000")
        ])
        let found = LoadAddressCheck.objections(entries, memory: memory) { LoadAddressCheck.number($0.text) }
        #expect(found == ["booti: kernel and ramdisk are loaded to the same address"])
    }
}

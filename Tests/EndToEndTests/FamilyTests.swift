import Foundation
import LabWire
import Testing

/// Virtual boards of different families, each started through its shipped device type. What differs between them stands in
/// the types and in the job's boot method; the rest of the job is the same.
@Suite(.serialized, .timeLimit(.minutes(15))) struct FamilyTests {
    struct Family: Sendable, CustomTestStringConvertible {
        var type: String
        var kit: String
        var method: String
        /// As `uname -m` says it.
        var machine: String
        /// How long it takes does not matter here: the host may be busy with other things.
        static let timeout = "{minutes: 4}"

        var testDescription: String { type }

        var configuration: String { "boards:\n- {name: board, type: \(type), driver: qemu}\n" }

        /// Kernel and ramdisk over TFTP, typed at the boot loader, and a test that passes there.
        var netboot: String {
            """
            job_name: \(type) over TFTP
            device_type: \(type)
            visibility: public
            timeouts:
              job: {minutes: 8}
              action: \(Self.timeout)
              connection: \(Self.timeout)
              actions:
                bootloader-interrupt: \(Self.timeout)
                bootloader-commands: \(Self.timeout)
                auto-login-action: \(Self.timeout)
              connections:
                bootloader-interrupt: \(Self.timeout)
                bootloader-commands: \(Self.timeout)
            actions:
            - deploy:
                to: tftp
                kernel: {url: 'kit://\(kit)/kernel', type: image}
                ramdisk: {url: 'kit://\(kit)/ramdisk.cpio.gz', install_overlay: true}
            - boot:
                method: \(method)
                commands: ramdisk
                prompts: ['/ # ']
            - test:
                definitions:
                - from: inline
                  name: family
                  path: inline/family.yaml
                  repository:
                    metadata: {format: Lava-Test Test Definition 1.0, name: family}
                    run:
                      steps:
                      - lava-test-case runs-from-ramdisk --shell grep -qx ramdisk /etc/version
                      - lava-test-case machine --shell test "$(uname -m)" = \(machine)
                      - lava-test-case console-is-the-types --shell grep -q console=tty /proc/cmdline
                      - lava-test-case network --shell test -e /sys/class/net/eth0

            """
        }

        /// The board's own disk, as it starts when nobody stops it.
        var ownDisk: String {
            """
            job_name: \(type) from its own disk
            device_type: \(type)
            visibility: public
            timeouts:
              job: {minutes: 8}
              action: \(Self.timeout)
              connection: \(Self.timeout)
              actions:
                auto-login-action: \(Self.timeout)
            actions:
            - boot:
                method: minimal
                prompts: ['/ # ']

            """
        }
    }

    static let all = [
        Family(type: "virt-arm64-ab", kit: "arm64-ab", method: "u-boot", machine: "aarch64"),
        Family(type: "virt-riscv64", kit: "riscv64-uboot", method: "u-boot", machine: "riscv64"),
        Family(type: "virt-x86-grub", kit: "amd64-grub", method: "grub", machine: "x86_64"),
    ]

    @Test(arguments: all) func bootsThroughItsShippedType(_ family: Family) async throws {
        let state = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: state) }
        try await Daemon.with(state: state, configuration: family.configuration) { daemon in
            let results = try await run(family.netboot, of: family, state: state, daemon: daemon)
            let cases = results.results.filter { $0.suite == "0_family" }
            #expect(
                cases.map(\.result) == ["pass", "pass", "pass", "pass"], "\(cases.map { "\($0.name): \($0.result)" })")
            let steps = results.results.filter { $0.suite == "lava" && $0.result == "pass" }.map(\.name)
            for step in ["bootloader-interrupt", "bootloader-commands", "auto-login-action"] {
                #expect(steps.contains(step), "\(step) is missing in \(steps)")
            }
        }
        #expect(processes(ownedBy: state).isEmpty)
    }

    /// The A/B board starts from its disk in other suites.
    @Test(arguments: all.dropFirst()) func startsFromItsOwnDisk(_ family: Family) async throws {
        let state = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: state) }
        try await Daemon.with(state: state, configuration: family.configuration) { daemon in
            _ = try await run(family.ownDisk, of: family, state: state, daemon: daemon)
        }
        #expect(processes(ownedBy: state).isEmpty)
    }

    /// Runs a job to its good end and looks whether the board is off then.
    private func run(_ job: String, of family: Family, state: String, daemon: Daemon) async throws -> JobResults {
        let file = state + "/job.yaml"
        try job.write(toFile: file, atomically: true, encoding: .utf8)
        let (info, results) = try await daemon.ending(of: try await daemon.submit(file))
        #expect(info.health == "Complete", "\(family.type): \(String(describing: info.failure))")
        let shown = try await daemon.ctl(["board", "board", "--json"])
        let board = try JSONDecoder().decode(BoardInfo.self, from: Data(shown.output.utf8))
        #expect(board.power == "off" && board.health != "Bad", "\(board)")
        #expect(processes(ownedBy: state).isEmpty)
        return results
    }
}

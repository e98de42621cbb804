import LabModel

/// Takes the boot loader commands of a block and fills their placeholders.
struct BootloaderOverlayStep: StepRunner {
    let boot: BootAction
    let bootloader: BootloaderFacts

    var name: String { "bootloader-overlay" }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        let lines: [String]
        switch boot.commands {
        case .lines(let own): lines = own
        case .set(let name):
            guard let set = bootloader.commandSets[name] else {
                let known = bootloader.commandSets.keys.sorted().joined(separator: ", ")
                throw Failure(
                    .job, "device type \(run.profile.type) has no boot commands '\(name)'",
                    advice: "it knows \(known)")
            }
            lines = set
        case nil:
            throw Failure(.job, "boot method \(boot.method.rawValue) needs `commands`")
        }
        let placeholders = Placeholders(
            job: run.job, profile: run.profile, served: run.served, kernelType: run.servedKernel,
            hasHeader: run.servedRamdiskHasHeader)
        run.bootCommands = placeholders.fill(lines)
        for line in run.bootCommands { run.log.debug("boot command: \(line)") }
    }
}

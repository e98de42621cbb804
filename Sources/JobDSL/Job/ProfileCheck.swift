import LabModel

/// Holds a plan against the kind of board that it would run on.
struct ProfileCheck {
    let profile: DeviceProfile

    func check(_ plan: JobPlan) -> [Diagnostic] {
        var deployed: DeployAction?
        var diagnostics: [Diagnostic] = []
        for block in plan.blocks {
            switch block.action {
            case .deploy(let deploy):
                diagnostics += check(deploy, at: block.position)
                if deploy.method == .tftp { deployed = deploy }
            case .boot(let boot): diagnostics += check(boot, deployed: deployed, at: block.position)
            case .command, .test, .powerCut, .powerCutExploration, .powerCutSampling, .unsupported: break
            }
        }
        return diagnostics
    }

    private func error(_ position: SourcePosition, _ message: String, suggestion: String? = nil) -> Diagnostic {
        Diagnostic(.error, at: position, message, suggestion: suggestion)
    }

    private func check(_ deploy: DeployAction, at position: SourcePosition) -> [Diagnostic] {
        guard profile.deployMethods.contains(deploy.method.rawValue) else {
            return [missing("deploy to: \(deploy.method.rawValue)", offered: profile.deployMethods, at: position)]
        }
        guard deploy.method == .tftp else { return [] }
        var found: [Diagnostic] = []
        if profile.network == nil {
            found.append(error(position, "the device type `\(profile.type)` has no `network`, which tftp needs"))
        }
        let kernel = deploy.images.first { $0.name == "kernel" }
        // Only U-Boot has a command for each form.
        if profile.bootloaders[.uboot] != nil, let kernel, let type = kernel.kernelType, !canBoot(type) {
            found.append(
                error(
                    kernel.position,
                    "the device type `\(profile.type)` has no load addresses for a kernel of type `\(type.rawValue)`"))
        }
        return found
    }

    /// Kernels of the other two types can be converted for `bootm`.
    private func canBoot(_ type: ImageRequest.KernelType) -> Bool {
        let command =
            switch type {
            case .image: "booti"
            case .zimage: "bootz"
            case .uimage: "bootm"
            }
        return profile.loadAddresses[command] != nil || profile.loadAddresses["bootm"] != nil
    }

    private func check(_ boot: BootAction, deployed: DeployAction?, at position: SourcePosition) -> [Diagnostic] {
        guard profile.bootMethods.contains(boot.method.rawValue) else {
            return [missing("boot method: \(boot.method.rawValue)", offered: profile.bootMethods, at: position)]
        }
        var found: [Diagnostic] = []
        if boot.transferOverlay != nil, profile.network == nil {
            found.append(
                error(position, "the device type `\(profile.type)` has no `network`, which `transfer_overlay` needs"))
        }
        guard let kind = boot.method.bootloader else { return found }
        guard let bootloader = profile.bootloaders[kind] else {
            return found + [
                error(position, "the device type `\(profile.type)` says nothing of `\(kind.rawValue)` in `bootloaders`")
            ]
        }
        return found + commandProblems(boot, bootloader: bootloader, deployed: deployed, at: position)
    }

    private func commandProblems(
        _ boot: BootAction, bootloader: BootloaderFacts, deployed: DeployAction?, at position: SourcePosition
    ) -> [Diagnostic] {
        let lines: [String]
        switch boot.commands {
        case .set(let name):
            guard let set = bootloader.commandSets[name] else {
                let names = bootloader.commandSets.keys.sorted()
                return [
                    error(
                        position, "the device type `\(profile.type)` has no command set `\(cutExcerpt(name))`",
                        suggestion: didYouMean(name, among: names)
                            ?? "it has \(names.joined(separator: ", "))")
                ]
            }
            lines = set
        case .lines(let own): lines = own
        case nil: lines = []
        }
        let needsAddresses = lines.contains { $0.contains("_ADDR}") || $0.contains("{BOOTX}") }
        if needsAddresses, profile.loadAddresses.isEmpty {
            return [
                error(position, "the device type `\(profile.type)` has no `load_addresses`, which these commands need")
            ]
        }
        let kernel = deployed?.images.first { $0.name == "kernel" }
        if let kernel, kernel.kernelType == nil, lines.contains(where: { $0.contains("{BOOTX}") }) {
            return [error(kernel.position, "`kernel` needs `type`, so that its boot command is known")]
        }
        return []
    }

    private func missing(_ what: String, offered: [String], at position: SourcePosition) -> Diagnostic {
        error(
            position, "the device type `\(profile.type)` does not offer \(what)",
            suggestion: offered.isEmpty ? nil : "it offers \(offered.joined(separator: ", "))")
    }
}

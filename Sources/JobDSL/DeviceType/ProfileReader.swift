import LabModel

/// Makes a `DeviceProfile` of a resolved device type. What a type does not say has the profile's own default.
struct ProfileReader {
    let findings: Findings

    /// Nil, with errors, when a fact is not what it should be.
    func read(_ node: YAMLNode, type: String) -> DeviceProfile? {
        FactCheck(stage: .resolved, findings: findings)
            .check(node.entries ?? [], of: DeviceTypeFacts.root, what: "a device type")
        guard !findings.hasErrors, let map = MapReader(node, "the device type", findings) else { return nil }
        var profile = DeviceProfile(type: DeviceTypeName(rawValue: type))
        profile.description = map.text("description") ?? ""
        profile.architecture = map.requiredText("architecture") ?? ""
        profile.deployMethods = map.texts("deploy_methods")
        profile.bootMethods = map.texts("boot_methods")
        if let delays = map.map("character_delays") { profile.characterDelays = self.delays(delays) }
        if let constants = map.map("constants") { profile.constants = self.constants(constants) }
        if let images = map.map("images") { profile.images = self.images(images) }
        if let loaders = map.map("bootloaders") {
            for kind in BootloaderKind.allCases {
                profile.bootloaders[kind] = loaders.map(kind.rawValue).map { bootloader($0) }
            }
        }
        for entry in map.node("load_addresses")?.entries ?? [] {
            profile.loadAddresses[entry.key] = loadAddresses(entry)
        }
        profile.timeouts = durations(map, "timeouts")
        profile.connectionTimeouts = durations(map, "connection_timeouts")
        for entry in map.node("user_commands")?.entries ?? [] {
            profile.userCommands[entry.key] = userCommand(entry)
        }
        if let power = map.map("power") {
            if let time = power.duration("minimum_off_time", allowsZero: true) { profile.power.minimumOffTime = time }
            profile.power.hourlySwitchOns = power.int("hourly_switch_ons", in: 1...3600)
        }
        let variables = map.node("environment").flatMap { findings.shellVariables($0, "`environment`") } ?? []
        profile.environment = Dictionary(variables.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        profile.network = map.map("network").flatMap { network($0) }
        profile.emulator = map.node("emulator").map { DataValue($0) } ?? .map([:])
        for key in DeviceTypeFacts.tools { profile.tools[key.name] = map.node(key.name).map { DataValue($0) } }
        if let menu = map.node("bootloaders")?["uefi-menu"] { profile.tools["uefi-menu"] = DataValue(menu) }
        let uboot = (map.node("bootloaders")?["u-boot"]?.entries ?? []).filter { entry in
            DeviceTypeFacts.uboot.contains { $0.name == entry.key }
        }
        if !uboot.isEmpty {
            profile.tools["u-boot"] = .map(
                Dictionary(uniqueKeysWithValues: uboot.map { ($0.key, DataValue($0.value)) }))
        }
        return profile
    }

    /// Milliseconds, as LAVA has them.
    private func delays(_ map: MapReader) -> CharacterDelays {
        func delay(_ key: String) -> Duration { .milliseconds(map.int(key) ?? 0) }
        return CharacterDelays(deploy: delay("deploy"), boot: delay("boot"), test: delay("test"))
    }

    private func constants(_ map: MapReader) -> Constants {
        let base = Constants()
        return Constants(
            testShell: map.text("test_shell") ?? base.testShell,
            resultsDirectory: map.text("results_directory") ?? base.resultsDirectory,
            kernelStartMessage: map.text("kernel_start_message") ?? base.kernelStartMessage,
            shutdownMessage: map.text("shutdown_message") ?? base.shutdownMessage,
            loginIncorrectMessage: map.text("login_incorrect_message") ?? base.loginIncorrectMessage,
            loginTimedOutMessage: map.text("login_timed_out_message") ?? base.loginTimedOutMessage,
            failureRetry: map.int("failure_retry"), bootRetry: map.int("boot_retry"))
    }

    private func images(_ map: MapReader) -> ImageFacts {
        let base = ImageFacts()
        return ImageFacts(
            architecture: map.text("architecture") ?? base.architecture,
            ramdiskFormat: map.choice("ramdisk_format") ?? base.ramdiskFormat,
            appendsDeviceTree: map.bool("appends_device_tree") ?? base.appendsDeviceTree,
            executesInPlace: map.bool("execute_in_place") ?? base.executesInPlace,
            kernelLoadAddress: map.text("kernel_load_address"), fitLoadAddress: map.text("fit_load_address"))
    }

    private func bootloader(_ map: MapReader) -> BootloaderFacts {
        let base = BootloaderFacts()
        var sets: [String: [String]] = [:]
        for entry in map.node("command_sets")?.entries ?? [] {
            sets[entry.key] = entry.value.elements?.compactMap { $0.scalar?.text } ?? []
        }
        var lines: [String: String] = [:]
        for entry in map.node("command_lines")?.entries ?? [] { lines[entry.key] = entry.value.scalar?.text ?? "" }
        return BootloaderFacts(
            prompt: map.text("prompt") ?? base.prompt,
            // Depthcharge is not interrupted: it says where it is, and prompts.
            interruptPrompt: map.text("interrupt_prompt") ?? map.text("start_message") ?? base.interruptPrompt,
            interruptCharacter: map.text("interrupt_character") ?? base.interruptCharacter,
            interruptNewline: map.bool("interrupt_newline") ?? base.interruptNewline,
            interruptControls: map.texts("interrupt_controls"),
            needsInterrupt: map.bool("needs_interrupt") ?? base.needsInterrupt,
            finalMessage: map.text("final_message") ?? base.finalMessage, errorMessages: map.texts("error_messages"),
            commandSets: sets, commandLines: lines)
    }

    private func loadAddresses(_ entry: YAMLEntry) -> LoadAddresses? {
        guard let map = MapReader(entry.value, "`load_addresses.\(cutExcerpt(entry.key))`", findings),
            let kernel = map.requiredText("kernel")
        else { return nil }
        return LoadAddresses(
            kernel: kernel, ramdisk: map.text("ramdisk"), deviceTree: map.text("device_tree"), tee: map.text("tee"),
            deviceTreeOverlay: map.text("device_tree_overlay"))
    }

    private func durations(_ map: MapReader, _ key: String) -> [String: Duration] {
        var durations: [String: Duration] = [:]
        for entry in map.node(key)?.entries ?? [] {
            durations[entry.key] = findings.duration(entry.value, "`\(cutExcerpt(entry.key))`")
        }
        return durations
    }

    private func userCommand(_ entry: YAMLEntry) -> UserCommand? {
        guard let map = MapReader(entry.value, "`user_commands.\(cutExcerpt(entry.key))`", findings) else { return nil }
        guard let perform = map.required("do").flatMap({ findings.oneOrMore($0, "`do`") }) else { return nil }
        return UserCommand(perform: perform, undo: map.oneOrMore("undo") ?? [])
    }

    private func network(_ map: MapReader) -> NetworkFacts? {
        guard let http = map.requiredText("http_address"), let tftp = map.requiredText("tftp_address") else {
            return nil
        }
        return NetworkFacts(httpAddress: http, tftpAddress: tftp)
    }
}

extension MapReader {
    /// Text whose form was checked before, so that nothing is said of it twice.
    fileprivate func text(_ key: String) -> String? { node(key)?.scalar?.text }

    fileprivate func texts(_ key: String) -> [String] {
        node(key)?.elements?.compactMap { $0.scalar?.text } ?? []
    }
}

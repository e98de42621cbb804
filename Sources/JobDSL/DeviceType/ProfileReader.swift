import LabModel

/// Makes a `DeviceProfile` of a resolved device type. What a type does not say has the profile's own default.
struct ProfileReader {
    let findings: Findings

    func read(_ node: YAMLNode, type: String) -> DeviceProfile? {
        guard let map = MapReader(node, "the device type", findings) else { return nil }
        var profile = DeviceProfile(type: DeviceTypeName(rawValue: type))
        profile.description = map.string("description") ?? ""
        profile.architecture = map.requiredText("architecture") ?? ""
        profile.deployMethods = methods(map, "deploy_methods", known: deployWords)
        profile.bootMethods = methods(map, "boot_methods", known: bootWords)
        if let delays = map.map("character_delays") { profile.characterDelays = self.delays(delays) }
        if let constants = map.map("constants") { profile.constants = self.constants(constants) }
        profile.bootloader = map.map("bootloader").flatMap { bootloader($0) }
        for entry in map.node("load_addresses")?.entries ?? [] {
            profile.loadAddresses[entry.key] = loadAddresses(entry)
        }
        profile.timeouts = durations(map, "timeouts")
        profile.connectionTimeouts = durations(map, "connection_timeouts")
        for entry in map.node("user_commands")?.entries ?? [] {
            profile.userCommands[entry.key] = userCommand(entry)
        }
        if let power = map.map("power"), let time = power.duration("minimum_off_time", allowsZero: true) {
            profile.power = PowerFacts(minimumOffTime: time)
        }
        let variables = map.node("environment").flatMap { findings.shellVariables($0, "`environment`") } ?? []
        profile.environment = Dictionary(variables.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        profile.network = map.map("network").flatMap { network($0) }
        profile.emulator = map.node("emulator").map { DataValue($0) } ?? .map([:])
        return profile
    }

    private var deployWords: [String] {
        DeployAction.Method.allCases.map(\.rawValue) + LavaVocabulary.otherDeployMethods.keys.sorted()
    }

    private var bootWords: [String] {
        BootAction.Method.allCases.map(\.rawValue) + LavaVocabulary.otherBootMethods.keys.sorted()
    }

    private func methods(_ map: MapReader, _ key: String, known: [String]) -> [String] {
        guard let node = map.node(key), let words = findings.strings(node, "`\(key)`") else { return [] }
        for (word, element) in zip(words, node.elements ?? []) where !known.contains(word) {
            findings.unknownWord(word, at: element.position, "an entry of `\(key)`", words: known)
        }
        return words
    }

    /// Milliseconds, as LAVA has them.
    private func delays(_ map: MapReader) -> CharacterDelays {
        func delay(_ key: String) -> Duration { .milliseconds(map.int(key, in: 0...60_000) ?? 0) }
        return CharacterDelays(deploy: delay("deploy"), boot: delay("boot"), test: delay("test"))
    }

    private func constants(_ map: MapReader) -> Constants {
        let base = Constants()
        return Constants(
            testShell: map.string("test_shell") ?? base.testShell,
            resultsDirectory: map.string("results_directory") ?? base.resultsDirectory,
            kernelStartMessage: map.string("kernel_start_message") ?? base.kernelStartMessage,
            shutdownMessage: map.string("shutdown_message") ?? base.shutdownMessage,
            loginIncorrectMessage: map.string("login_incorrect_message") ?? base.loginIncorrectMessage,
            loginTimedOutMessage: map.string("login_timed_out_message") ?? base.loginTimedOutMessage,
            failureRetry: map.int("failure_retry", in: 1...1000), bootRetry: map.int("boot_retry", in: 1...1000))
    }

    private func bootloader(_ map: MapReader) -> BootloaderFacts? {
        guard let kind = map.requiredText("kind") else { return nil }
        let base = BootloaderFacts(kind: kind)
        var sets: [String: [String]] = [:]
        for entry in map.node("command_sets")?.entries ?? [] {
            sets[entry.key] = findings.strings(entry.value, "`\(cutExcerpt(entry.key))`") ?? []
        }
        let format = map.string("ramdisk_format") ?? base.ramdiskFormat
        if !["u-boot", "raw"].contains(format) {
            findings.unknownWord(
                format, at: map.node("ramdisk_format")?.position ?? map.position, "`ramdisk_format`",
                words: ["u-boot", "raw"])
        }
        return BootloaderFacts(
            kind: kind, prompt: map.string("prompt") ?? base.prompt,
            interruptPrompt: map.string("interrupt_prompt") ?? base.interruptPrompt,
            interruptCharacter: map.string("interrupt_character") ?? base.interruptCharacter,
            interruptNewline: map.bool("interrupt_newline") ?? base.interruptNewline,
            interruptControls: map.strings("interrupt_controls") ?? [],
            needsInterrupt: map.bool("needs_interrupt") ?? base.needsInterrupt,
            finalMessage: map.string("final_message") ?? base.finalMessage,
            errorMessages: map.strings("error_messages") ?? [], commandSets: sets,
            imageArchitecture: map.string("image_architecture") ?? base.imageArchitecture, ramdiskFormat: format,
            appendsDeviceTree: map.bool("appends_device_tree") ?? false)
    }

    private func loadAddresses(_ entry: YAMLEntry) -> LoadAddresses? {
        if !["booti", "bootm", "bootz"].contains(entry.key) {
            findings.unknownWord(
                entry.key, at: entry.keyPosition, "a key of `load_addresses`", words: ["booti", "bootm", "bootz"])
        }
        guard let map = MapReader(entry.value, "`\(cutExcerpt(entry.key))`", findings) else { return nil }
        guard let kernel = address(map, "kernel"), let ramdisk = address(map, "ramdisk"),
            let deviceTree = address(map, "device_tree")
        else { return nil }
        return LoadAddresses(
            kernel: kernel, ramdisk: ramdisk, deviceTree: deviceTree,
            tee: map.node("tee") == nil ? nil : address(map, "tee"),
            deviceTreeOverlay: map.node("device_tree_overlay") == nil ? nil : address(map, "device_tree_overlay"))
    }

    /// Hexadecimal, or the name of a variable of the boot loader's own.
    private func address(_ map: MapReader, _ key: String) -> String? {
        guard let node = map.required(key), let text = node.scalar?.text else { return nil }
        let digits = text.lowercased().hasPrefix("0x") ? text.dropFirst(2) : Substring(text)
        let isHexadecimal = (1...16).contains(digits.count) && digits.allSatisfy { $0.isASCII && $0.isHexDigit }
        if !isHexadecimal, !text.hasPrefix("${") {
            findings.error(
                at: node.position, "`\(key)` is not an address", excerpt: cutExcerpt(text),
                suggestion: "write hexadecimal digits such as 0x40400000")
        }
        return text
    }

    private func durations(_ map: MapReader, _ key: String) -> [String: Duration] {
        var durations: [String: Duration] = [:]
        for entry in map.node(key)?.entries ?? [] {
            durations[entry.key] = findings.duration(entry.value, "`\(cutExcerpt(entry.key))`")
        }
        return durations
    }

    private func userCommand(_ entry: YAMLEntry) -> UserCommand? {
        guard let map = MapReader(entry.value, "`\(cutExcerpt(entry.key))`", findings) else { return nil }
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

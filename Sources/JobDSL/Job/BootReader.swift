import LabModel

/// Reads a `boot` block.
struct BootReader {
    let reading: JobReading
    private var findings: Findings { reading.findings }

    init(reading: JobReading) {
        self.reading = reading
    }

    func read(_ map: MapReader) -> Action? {
        guard let node = map.required("method"), let word = findings.string(node, "`method`") else { return nil }
        guard let method = BootAction.Method(rawValue: word) else {
            return MethodRefusal(reading: reading, kind: "boot", key: "method", others: LavaVocabulary.otherBootMethods)
                .read(word, at: node.position, in: map, own: BootAction.Method.allCases.map(\.rawValue))
        }
        var boot = BootAction(method: method)
        boot.prompts = prompts(map, of: method)
        boot.autoLogin = map.map("auto_login").flatMap { autoLogin($0) }
        boot.transferOverlay = map.map("transfer_overlay").flatMap { transferOverlay($0) }
        boot.softReboot = map.oneOrMore("soft_reboot")
        if boot.softReboot != nil {
            findings.warning(
                at: map.position(of: "soft_reboot"), "`soft_reboot` is not used: boards here have power control")
        }
        boot.ignoresKernelMessages = map.bool("ignore_kernel_messages") ?? false
        boot.failureMessage = map.string("failure_message")
        boot.resets = map.bool("reset") ?? true
        if let parameters = map.map("parameters") { readParameters(parameters, into: &boot) }
        if map.bool("use_bootscript") == true {
            reading.doesNotRun("boot `use_bootscript`", at: map.position(of: "use_bootscript"))
        }
        readMethodKeys(map, into: &boot)
        return .boot(boot)
    }

    private func readMethodKeys(_ map: MapReader, into boot: inout BootAction) {
        switch boot.method {
        case .uboot, .barebox, .grub:
            boot.commands = map.required("commands").flatMap { commands($0) }
            if boot.method == .grub, map.node("boot_finished") != nil {
                reading.doesNotRun("boot `boot_finished`", at: map.position(of: "boot_finished"))
            }
        case .qemu:
            if let media = map.string("media"), media != "tmpfs" {
                reading.doesNotRun("boot method: qemu `media: \(cutExcerpt(media))`", at: map.position(of: "media"))
            }
            if map.node("docker") != nil {
                findings.warning(
                    at: map.position(of: "docker"), "`docker` is ignored: the QEMU of this host runs, in no container")
            }
        case .minimal:
            for key in ["pre_power_command", "pre_os_command"] where map.bool(key) == true {
                reading.doesNotRun("boot method: minimal `\(key)`", at: map.position(of: key))
            }
        }
    }

    private func prompts(_ map: MapReader, of method: BootAction.Method) -> [String] {
        // An installer ends without a shell.
        if method == .grub, map.node("boot_finished") != nil, map.node("prompts") == nil { return [] }
        guard let node = map.required("prompts"), let prompts = findings.oneOrMore(node, "`prompts`") else { return [] }
        if prompts.isEmpty || prompts.contains("") {
            findings.error(at: node.position, "`prompts` must not be empty", suggestion: "write for example `['# ']`")
        }
        return prompts
    }

    private func commands(_ node: YAMLNode) -> BootAction.Commands? {
        guard let lines = findings.oneOrMore(node, "`commands`") else { return nil }
        if node.scalar != nil { return lines.first.map { .set($0) } }
        if lines.isEmpty { findings.error(at: node.position, "`commands` needs at least one line") }
        return .lines(lines)
    }

    private func autoLogin(_ map: MapReader) -> AutoLogin? {
        let prompt = map.requiredText("login_prompt")
        let username = map.requiredString("username")
        var login = AutoLogin(loginPrompt: prompt ?? "", username: username ?? "")
        login.passwordPrompt = map.string("password_prompt")
        login.password = map.string("password")
        login.loginCommands = map.strings("login_commands") ?? []
        if login.passwordPrompt != nil, map.node("password") == nil {
            findings.error(at: map.position(of: "password_prompt"), "`password_prompt` needs `password` beside it")
        }
        map.finish(unknown: .warning)
        return prompt == nil || username == nil ? nil : login
    }

    private func transferOverlay(_ map: MapReader) -> TransferOverlay? {
        let download = map.requiredText("download_command")
        let unpack = map.requiredText("unpack_command")
        if let method = map.string("transfer_method"), method != "http" {
            let position = map.position(of: "transfer_method")
            if ["nfs", "zmodem"].contains(method) {
                reading.doesNotRun("transfer_overlay `transfer_method: \(method)`", at: position)
            } else {
                findings.unknownWord(method, at: position, "`transfer_method`", words: ["http", "nfs", "zmodem"])
            }
        }
        map.finish(unknown: .warning)
        guard let download, let unpack else { return nil }
        return TransferOverlay(downloadCommand: download, unpackCommand: unpack)
    }

    private func readParameters(_ map: MapReader, into boot: inout BootAction) {
        // An empty text is a value here: it skips the wait.
        boot.bootloaderFinalMessage = map.string("bootloader-final-message")
        boot.kernelStartMessage = map.string("kernel-start-message")
        boot.shutdownMessage = map.string("shutdown-message")
        map.finish(unknown: .warning)
    }
}

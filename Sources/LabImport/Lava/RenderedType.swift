import JobDSL
import LabModel

/// A device type that Jinja rendered: LAVA's device YAML as keys of our types.
struct RenderedType {
    /// Nil when there is nothing to write.
    private(set) var entries: [YAMLEntry]?
    private(set) var findings: [ImportReport.Finding] = []

    init(_ answer: RenderAnswer?, reasons: [String]) {
        let why = reasons.joined(separator: ", ")
        guard let text = answer?.text else {
            findings.append(
                ImportReport.Finding(
                    .left, "file",
                    "only Jinja can tell what it means (\(why)), and \(answer?.error ?? "nobody asked it")",
                    advice: "its parents must be there: `--templates` names the folder of LAVA's own",
                    place: answer?.place))
            return
        }
        do {
            let root = DataValue(try YAMLText.read(text, file: "rendered"))
            findings.append(
                ImportReport.Finding(
                    .approximated, "file", "rendered once by Jinja: neither job nor board change it any more (\(why))"))
            entries = body(root)
        } catch {
            findings.append(
                ImportReport.Finding(
                    .left, "file", "it renders to what is no device of LAVA's: \(error.message)",
                    place: error.position.description))
        }
    }

    private mutating func body(_ root: DataValue) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        func add(_ key: String, _ members: [(String, DataValue?)]) {
            let known = members.compactMap { name, value in
                value.map { PlainYAML.entry(name, LavaTypeConverter.escaped($0)) }
            }
            if !known.isEmpty { entries.append(PlainYAML.entry(key, PlainYAML.mapping(known))) }
        }
        let delays = root["character_delays"]
        add("character_delays", ["deploy", "boot", "test"].map { ($0, delays?[$0]) })
        let constants = root["constants"]
        add(
            "constants",
            [
                ("test_shell", constants?["posix"]?["lava_test_sh_cmd"]),
                ("results_directory", constants?["posix"]?["lava_test_results_dir"]),
                ("kernel_start_message", constants?["kernel-start-message"]),
                ("shutdown_message", constants?["shutdown-message"]),
                ("failure_retry", constants?["failure_retry"].flatMap { $0.integer.map { .integer($0) } }),
                ("boot_retry", constants?["boot_retry"].flatMap { $0.integer.map { .integer($0) } }),
            ])
        let methods = root["actions"]?["boot"]?["methods"]?.map ?? [:]
        let deploy = root["actions"]?["deploy"]?["parameters"]
        add(
            "images",
            [
                ("architecture", deploy?["mkimage_arch"]), ("appends_device_tree", deploy?["append_dtb"]?.asBool),
                ("execute_in_place", deploy?["use_xip"]?.asBool),
            ])
        add("bootloaders", Self.loaders.map { ($0, Self.loader(methods[$0], constants?[$0])) })
        addresses(root["parameters"], add)
        for (key, name) in [("timeouts", "actions"), ("connection_timeouts", "connections")] {
            let times = root["timeouts"]?[name]?.map ?? [:]
            add(key, times.sorted { $0.key < $1.key }.map { ($0.key, Self.duration($0.value)) })
        }
        for method in methods.keys.sorted() where !(Self.loaders + ["minimal", "ssh"]).contains(method) {
            findings.append(
                ImportReport.Finding(
                    .left, "boot method \(method)", "what the template says about it is not taken over"))
        }
        return entries
    }

    /// Boot methods that talk to a boot loader.
    private static let loaders = ["u-boot", "barebox", "grub", "grub-efi", "ipxe", "depthcharge"]

    /// Nil for a method that the template does not have, or says nothing of.
    private static func loader(_ method: DataValue?, _ facts: DataValue?) -> DataValue? {
        let sets = (method?.map ?? [:]).filter { $0.value["commands"]?.list?.isEmpty == false }
        let parameters = method?["parameters"]
        guard !sets.isEmpty || parameters?.map?.isEmpty == false else { return nil }
        let members: [(String, DataValue?)] = [
            ("prompt", parameters?["bootloader_prompt"]),
            ("interrupt_prompt", parameters?["interrupt_prompt"] ?? facts?["interrupt-prompt"]),
            ("interrupt_character", parameters?["interrupt_char"] ?? facts?["interrupt-character"]),
            ("interrupt_newline", facts?["interrupt-newline"]?.asBool),
            ("interrupt_controls", (parameters?["interrupt_ctrl_list"] ?? facts?["interrupt_ctrl_list"])?.asList),
            ("needs_interrupt", parameters?["needs_interrupt"]?.asBool), ("final_message", facts?["final-message"]),
            ("error_messages", facts?["error-messages"]?.asList),
            ("command_sets", sets.isEmpty ? nil : .map(sets.compactMapValues { $0["commands"] })),
        ]
        let known = members.compactMap { name, value in value.flatMap { $0 == .null ? nil : (name, $0) } }
        return .map(Dictionary(known, uniquingKeysWith: { first, _ in first }))
    }

    private func addresses(_ parameters: DataValue?, _ add: (String, [(String, DataValue?)]) -> Void) {
        let known = ["booti", "bootm", "bootz"].compactMap { command -> (String, DataValue?)? in
            guard let found = parameters?[command], found["kernel"] != nil else { return nil }
            let keys = [
                ("kernel", "kernel"), ("ramdisk", "ramdisk"), ("dtb", "device_tree"), ("tee", "tee"),
                ("dtbo", "device_tree_overlay"),
            ]
            let members = keys.compactMap { from, to in found[from].map { (to, $0.asAddress) } }
            return (command, .map(Dictionary(members, uniquingKeysWith: { first, _ in first })))
        }
        add("load_addresses", known)
    }

    /// LAVA's `{minutes: 3}` as our `3m`.
    private static func duration(_ value: DataValue) -> DataValue? {
        let units: [(String, Int64)] = [("days", 86_400), ("hours", 3600), ("minutes", 60), ("seconds", 1)]
        let seconds = units.reduce(Int64(0)) { sum, unit in
            sum + (value[unit.0]?.integer ?? 0).clamped(to: 0...10_000) * unit.1
        }
        guard seconds > 0 else { return nil }
        return .string(seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds)s")
    }
}

extension DataValue {
    /// Python prints `True` and `False`.
    fileprivate var asBool: DataValue? {
        bool.map { .bool($0) } ?? string.flatMap { ["True": true, "False": false][$0] }.map { .bool($0) }
    }

    fileprivate var asList: DataValue? { list.map { .list($0) } ?? string.map { .list([.string($0)]) } }

    /// A number that YAML took for one is the address again.
    fileprivate var asAddress: DataValue { integer.map { .string("0x" + String($0, radix: 16)) } ?? self }
}

extension Int64 {
    fileprivate func clamped(to range: ClosedRange<Int64>) -> Int64 {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}

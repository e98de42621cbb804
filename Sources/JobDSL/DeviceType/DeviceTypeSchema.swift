import LabModel

/// The keys of the device type language, as a table.
indirect enum DeviceTypeSchema: Sendable {
    /// A text, number or boolean.
    case value
    case list
    /// Exactly these keys.
    case keys([String: DeviceTypeSchema])
    /// Any key, each with this.
    case any(DeviceTypeSchema)
    /// Anything at all.
    case free

    static let root = DeviceTypeSchema.keys([
        "description": .value,
        "architecture": .value,
        "deploy_methods": .list,
        "boot_methods": .list,
        "character_delays": .keys(["deploy": .value, "boot": .value, "test": .value]),
        "constants": .keys([
            "test_shell": .value, "results_directory": .value, "kernel_start_message": .value,
            "shutdown_message": .value, "login_incorrect_message": .value, "login_timed_out_message": .value,
            "failure_retry": .value, "boot_retry": .value,
        ]),
        "bootloader": .keys([
            "kind": .value, "prompt": .value, "interrupt_prompt": .value, "interrupt_character": .value,
            "interrupt_newline": .value, "interrupt_controls": .list, "needs_interrupt": .value,
            "final_message": .value, "error_messages": .list, "command_sets": .any(.list),
            "image_architecture": .value, "ramdisk_format": .value, "appends_device_tree": .value,
        ]),
        "load_addresses": .any(
            .keys([
                "kernel": .value, "ramdisk": .value, "device_tree": .value, "tee": .value,
                "device_tree_overlay": .value,
            ])),
        "timeouts": .any(.value),
        "connection_timeouts": .any(.value),
        "user_commands": .any(.keys(["do": .free, "undo": .free])),
        "power": .keys(["minimum_off_time": .value]),
        "environment": .any(.value),
        "network": .keys(["http_address": .value, "tftp_address": .value]),
        "emulator": .any(.free),
    ])

    /// Says which keys of `entries` the language does not know.
    static func check(
        _ entries: [YAMLEntry], against schema: DeviceTypeSchema, of what: String, _ findings: Findings,
        also others: Set<String> = []
    ) {
        for entry in entries {
            let key = MergeKey(entry.key)
            guard let inner = schema.inner(key.name) else {
                let words = schema.words + others.sorted()
                findings.error(
                    at: entry.keyPosition, "`\(cutExcerpt(entry.key))` is not a key of \(what)",
                    suggestion: findings.suggestion(for: key.name, among: words))
                continue
            }
            if key.operation != .replace, entry.value.elements == nil {
                findings.mismatch(entry.value, "`\(cutExcerpt(entry.key))`", needs: "a list")
            }
            inner.check(entry.value, of: "`\(cutExcerpt(key.name))`", findings)
        }
    }

    private func check(_ node: YAMLNode, of what: String, _ findings: Findings) {
        if let condition = Conditional(node, findings) {
            for branch in condition.branches {
                refuseExtensions(in: branch, findings)
                check(branch, of: what, findings)
            }
            return
        }
        switch (self, node.content) {
        case (.keys, .mapping(let entries)), (.any, .mapping(let entries)):
            Self.check(entries, against: self, of: what, findings)
        case (.keys, .sequence), (.any, .sequence): findings.mismatch(node, what, needs: "a mapping")
        case (.value, .sequence), (.value, .mapping): findings.mismatch(node, what, needs: "a single value")
        case (.list, .mapping): findings.mismatch(node, what, needs: "a list")
        default: break
        }
    }

    /// A conditional replaces what is inherited, so nothing in it can extend that.
    private func refuseExtensions(in node: YAMLNode, _ findings: Findings) {
        for entry in node.entries ?? [] {
            if MergeKey(entry.key).operation != .replace {
                findings.error(at: entry.keyPosition, "`\(cutExcerpt(entry.key))` cannot stand under a condition")
            }
            refuseExtensions(in: entry.value, findings)
        }
    }

    private func inner(_ key: String) -> DeviceTypeSchema? {
        switch self {
        case .keys(let keys): keys[key]
        case .any(let inner): inner
        case .free: .free
        case .value, .list: nil
        }
    }

    private var words: [String] {
        guard case .keys(let keys) = self else { return [] }
        return keys.keys.sorted()
    }
}

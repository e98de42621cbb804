/// LAVA's runtime placeholders such as `{SERVER_IP}` in boot loader commands.
public struct Placeholders: Sendable {
    /// By name, without braces.
    public var values: [String: String]

    public init(values: [String: String]) {
        self.values = values
    }

    /// Fills the placeholders of `lines`; a line with one that has no value is dropped. `${filesize}` and the like are
    /// the boot loader's own variables and stay.
    public func fill(_ lines: [String]) -> [String] {
        lines.compactMap(fill)
    }

    /// Fills one line; nil when a placeholder in it has no value.
    public func fill(_ line: String) -> String? {
        var result = ""
        var rest = Substring(line)
        while let open = rest.firstIndex(of: "{") {
            let isVariable = open > rest.startIndex && rest[rest.index(before: open)] == "$"
            guard let close = rest[open...].firstIndex(of: "}") else { break }
            let name = rest[rest.index(after: open)..<close]
            let isPlaceholder = !isVariable && !name.isEmpty && name.allSatisfy(Self.isNameCharacter)
            if isPlaceholder {
                guard let value = values[String(name)] else { return nil }
                result += rest[..<open] + value
            } else {
                result += rest[...close]
            }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    /// The placeholders in a line, in order.
    public static func names(in line: String) -> [String] {
        var names: [String] = []
        var rest = Substring(line)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let isVariable = open > rest.startIndex && rest[rest.index(before: open)] == "$"
            let name = rest[rest.index(after: open)..<close]
            if !isVariable, !name.isEmpty, name.allSatisfy(isNameCharacter) { names.append(String(name)) }
            rest = rest[rest.index(after: close)...]
        }
        return names
    }

    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isUppercase || character.isNumber || character == "_")
    }
}

extension Placeholders {
    /// The values of a U-Boot boot.
    ///
    /// - Parameters:
    ///   - served: the boot loader's file names by label.
    ///   - kernelType: the form of the deployed kernel.
    ///   - hasHeader: whether the served ramdisk carries U-Boot's header; a raw one is passed with its size.
    public init(
        job: JobID, profile: DeviceProfile, served: [String: String], kernelType: ImageRequest.KernelType,
        hasHeader: Bool
    ) {
        let choice = BootCommandChoice(kernel: kernelType, addresses: profile.loadAddresses)
        var values: [String: String] = ["LAVA_JOB_ID": job.description]
        if let network = profile.network {
            values["SERVER_IP"] = network.tftpAddress
            values["LAVA_DISPATCHER_IP"] = network.httpAddress
        }
        for (label, key) in [("kernel", "KERNEL"), ("ramdisk", "RAMDISK"), ("dtb", "DTB"), ("tee", "TEE")] {
            values[key] = served[label]
        }
        values["INITRD"] = served["ramdisk"]
        if let addresses = choice.addresses {
            values["KERNEL_ADDR"] = addresses.kernel
            values["DTB_ADDR"] = addresses.deviceTree
            values["TEE_ADDR"] = addresses.tee
            values["DTBO_ADDR"] = addresses.deviceTreeOverlay
            values["RAMDISK_ADDR"] = addresses.ramdisk
            var boot = [choice.command, addresses.kernel, "-"]
            if served["ramdisk"] != nil, let ramdisk = addresses.ramdisk {
                boot[2] = hasHeader ? ramdisk : "\(ramdisk):${initrd_size}"
            }
            if let deviceTree = addresses.deviceTree { boot.append(deviceTree) }
            values["BOOTX"] = boot.joined(separator: " ")
        }
        self.values = values
    }
}

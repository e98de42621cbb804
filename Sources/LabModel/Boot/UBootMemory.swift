/// What U-Boot's `bdinfo` says of a board's memory.
///
/// Source: U-Boot, `cmd/bdinfo.c`: `DRAM bank` with `-> start` and `-> size`, `relocaddr`, and before 2020 `memstart`
/// and `memsize`.
public struct UBootMemory: Hashable, Sendable {
    public var banks: [Range<UInt64>]
    /// U-Boot itself lies from here to the end of its bank.
    public var relocationAddress: UInt64?

    /// Nil when no bank is in the text.
    public init?(bdinfo text: String) {
        banks = []
        var start: UInt64?
        for line in text.split(whereSeparator: \.isNewline).prefix(400) {
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let value = Self.hexadecimal(parts[1]) else { continue }
            switch parts[0].filter({ $0 != " " && $0 != "\t" }) {
            case "->start", "memstart": start = value
            case "->size", "memsize":
                guard let first = start, value > 0 else { continue }
                let (end, overflows) = first.addingReportingOverflow(value)
                banks.append(first..<(overflows ? .max : end))
                start = nil
            case "relocaddr": relocationAddress = value
            default: continue
            }
        }
        if banks.isEmpty { return nil }
    }

    /// The first hexadecimal number of a value such as `0x40000000 (…)`.
    private static func hexadecimal(_ text: Substring) -> UInt64? {
        let word = text.split(separator: " ").first ?? ""
        guard word.lowercased().hasPrefix("0x") else { return nil }
        return UInt64(word.dropFirst(2), radix: 16)
    }

    /// Why an image cannot be loaded to `address`; nil when it can.
    public func objection(to address: UInt64) -> String? {
        guard let bank = banks.first(where: { $0.contains(address) }) else {
            let known = banks.map { "\(Self.text($0.lowerBound)) to \(Self.text($0.upperBound))" }
            return "\(Self.text(address)) is not in the board's memory, which is \(known.joined(separator: " and "))"
        }
        if let relocationAddress, bank.contains(relocationAddress), address >= relocationAddress {
            return "\(Self.text(address)) is where U-Boot itself lies, from \(Self.text(relocationAddress)) on"
        }
        return nil
    }

    static func text(_ address: UInt64) -> String { "0x" + String(address, radix: 16) }
}

/// Load addresses held against a board's memory.
public struct LoadAddressCheck: Sendable {
    /// One address of a device type, such as `booti` `kernel`.
    public struct Entry: Hashable, Sendable {
        public var command: String
        public var image: String
        /// Hexadecimal, or a variable of U-Boot's own such as `${loadaddr}`.
        public var text: String
    }

    /// All addresses of a type, in order.
    public static func entries(_ addresses: [String: LoadAddresses]) -> [Entry] {
        addresses.sorted { $0.key < $1.key }.flatMap { command, addresses in
            [
                ("kernel", addresses.kernel), ("ramdisk", addresses.ramdisk), ("device_tree", addresses.deviceTree),
                ("tee", addresses.tee), ("device_tree_overlay", addresses.deviceTreeOverlay),
            ].compactMap { image, text in text.map { Entry(command: command, image: image, text: $0) } }
        }
    }

    /// What is wrong, in sentences.
    ///
    /// - Parameter value: an entry's address as a number; nil when it is not known.
    public static func objections(
        _ entries: [Entry], memory: UBootMemory, value: (Entry) -> UInt64?
    ) -> [String] {
        var found: [String] = []
        for entry in entries {
            guard let address = value(entry) else { continue }
            if let objection = memory.objection(to: address) {
                found.append("\(entry.command) \(entry.image): \(objection)")
            }
        }
        for command in Set(entries.map(\.command)).sorted() {
            var owner: [UInt64: String] = [:]
            for entry in entries where entry.command == command {
                guard let address = value(entry) else { continue }
                if let other = owner[address] {
                    found.append("\(command): \(other) and \(entry.image) are loaded to the same address")
                }
                owner[address] = entry.image
            }
        }
        return found
    }

    /// A hexadecimal text as a number, with or without `0x`.
    public static func number(_ text: String) -> UInt64? {
        UInt64(text.lowercased().hasPrefix("0x") ? text.dropFirst(2) : Substring(text), radix: 16)
    }
}

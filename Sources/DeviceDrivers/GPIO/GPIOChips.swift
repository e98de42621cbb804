import CGPIO
import Glibc
import LabModel

/// The host's gpiochips, as they are now: numbers change from boot to boot, names and labels do not.
public struct GPIOChips: Sendable {
    /// One chip.
    public struct Chip: Hashable, Sendable {
        /// Its device node, such as `/dev/gpiochip0`.
        public var path: String
        public var name: String
        public var label: String
        public var lines: UInt32

        /// Whether what the kernel reads at an output is what is there. The driver of the MCP2221 (hid-mcp2221) takes
        /// the byte of the direction for the level: seen with Linux 6.1, where every output reads 0.
        var readsOutputs: Bool { label != "mcp2221_gpio" }
    }

    /// One line of a chip.
    public struct Line: Hashable, Sendable {
        public var offset: UInt32
        public var name: String
        /// Who holds it; empty for a free one.
        public var consumer: String
        public var isUsed: Bool
        public var isOutput: Bool
    }

    private let folder: String

    /// - Parameter folder: where device nodes lie.
    public init(folder: String = "/dev") {
        self.folder = folder
    }

    /// The version of libgpiod that is used, such as `1.6.3`.
    public static var libraryVersion: String { String(cString: cgpio_version()) }

    /// In the order of their numbers. Chips that may not be opened are left out.
    public func chips() -> [Chip] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var numbers: [Int] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix("gpiochip"), let number = Int(name.dropFirst(8)) { numbers.append(number) }
        }
        return numbers.sorted().compactMap { chip(at: "\(folder)/gpiochip\($0)") }
    }

    /// Nil for a node that is no chip, or may not be opened.
    public func chip(at path: String) -> Chip? {
        var name = [CChar](repeating: 0, count: 64)
        var label = name
        var lines: UInt32 = 0
        guard cgpio_chip_info(path, &name, &label, name.count, &lines) == 0 else { return nil }
        return Chip(path: path, name: Self.text(name), label: Self.text(label), lines: lines)
    }

    public func lines(of chip: Chip) -> [Line] { (0..<chip.lines).compactMap { line($0, of: chip) } }

    func line(_ offset: UInt32, of chip: Chip) -> Line? {
        var name = [CChar](repeating: 0, count: 64)
        var consumer = name
        var (isUsed, isOutput): (Int32, Int32) = (0, 0)
        guard cgpio_line_info(chip.path, offset, &name, &consumer, name.count, &isUsed, &isOutput) == 0 else {
            return nil
        }
        return Line(
            offset: offset, name: Self.text(name), consumer: Self.text(consumer), isUsed: isUsed != 0,
            isOutput: isOutput != 0)
    }

    /// Where a binding's lines are now: the chip, and the offsets in the binding's order.
    ///
    /// - Throws: `infrastructure` when chip or line is not there, `configuration` when the binding is ambiguous.
    func resolve(_ binding: GPIOBinding) throws(Failure) -> (chip: Chip, offsets: [UInt32]) {
        let all = chips()
        guard !all.isEmpty else {
            throw Failure(.infrastructure, "this host has no gpiochip that labd may open", at: binding.device)
        }
        var candidates = all
        if let wanted = binding.chip {
            candidates = all.filter { [$0.path, $0.name, $0.label].contains(wanted) }
            guard candidates.count < 2 else {
                throw Failure(
                    .configuration, "several chips are labelled '\(wanted)': \(Self.names(candidates))",
                    at: binding.device, advice: "name the lines instead, or the chip's path")
            }
            guard !candidates.isEmpty else {
                throw Failure(
                    .infrastructure, "there is no gpiochip '\(wanted)'", at: binding.device,
                    advice: "there are \(Self.names(all))")
            }
        }
        let places = candidates.compactMap { chip -> (Chip, [UInt32])? in
            let offsets = offsets(of: binding.lines.map(\.line), on: chip)
            return offsets.map { (chip, $0) }
        }
        guard places.count < 2 else {
            throw Failure(
                .configuration, "several chips have these lines: \(Self.names(places.map(\.0)))", at: binding.device,
                advice: "add 'chip'")
        }
        guard let place = places.first else {
            let lines = binding.lines.map(\.line).joined(separator: ", ")
            throw Failure(
                .infrastructure, "no chip has the lines \(lines)", at: binding.device,
                advice: "`gpioinfo` lists lines and their names")
        }
        return place
    }

    /// Nil when the chip has not all of them.
    private func offsets(of names: [String], on chip: Chip) -> [UInt32]? {
        var known: [String: UInt32] = [:]
        if names.contains(where: { UInt32($0) == nil }) {
            for line in lines(of: chip) where !line.name.isEmpty { known[line.name] = line.offset }
        }
        let offsets = names.compactMap { name -> UInt32? in
            guard let offset = UInt32(name) else { return known[name] }
            return offset < chip.lines ? offset : nil
        }
        return offsets.count == names.count && Set(offsets).count == offsets.count ? offsets : nil
    }

    private static func names(_ chips: [Chip]) -> String {
        chips.map { "\($0.path) [\($0.label)]" }.joined(separator: ", ")
    }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

public import LabModel

/// The options of one device's entry, checked against what its driver declares. Keys stand in quotes in every message,
/// so that the configuration's reader can point at them.
public struct DriverOptions: Sendable {
    /// How the device is named in messages.
    public let device: String
    private let values: [String: DataValue]
    private let known: [String: DriverOption]

    /// - Throws: `configuration` for unknown keys, missing ones, and values of the wrong kind.
    public init(_ values: [String: DataValue], of facts: DriverFacts, device: String) throws(Failure) {
        self.device = device
        self.values = values
        known = Dictionary(facts.options.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for key in values.keys.sorted() {
            guard let option = known[key] else {
                let names = facts.options.map(\.name).joined(separator: ", ")
                throw Failure(
                    .configuration, "the driver \(facts.name) has no option '\(key)'", at: device,
                    advice: names.isEmpty ? "it has none" : "it has \(names)")
            }
            try check(values[key] ?? .null, of: option)
        }
        for option in facts.options where option.isRequired && values[option.name] == nil {
            throw Failure(
                .configuration, "the driver \(facts.name) needs '\(option.name)': \(option.meaning)", at: device)
        }
    }

    public func text(_ name: String) -> String? {
        switch values[name] {
        case .string(let text): text
        // A serial number of digits alone reads as a number.
        case .integer(let number): String(number)
        case .double(let number): "\(number)"
        default: nil
        }
    }

    /// Of a list, or of one text alone.
    public func texts(_ name: String) -> [String]? {
        guard let elements = values[name]?.list else { return text(name).map { [$0] } }
        let texts = elements.compactMap { element -> String? in element.string ?? element.integer.map { String($0) } }
        return texts.count == elements.count && (1...64).contains(texts.count) ? texts : nil
    }

    public func integer(_ name: String) -> Int? { values[name]?.integer.flatMap { Int(exactly: $0) } }

    public func bool(_ name: String) -> Bool? { values[name]?.bool }

    public func duration(_ name: String) -> Duration? { values[name].flatMap(Self.duration) }

    public func usbID(_ name: String) -> USBID? { values[name]?.string.flatMap { USBID($0) } }

    /// A program and its arguments.
    public func words(_ name: String) -> [String]? { values[name].flatMap(Self.words) }

    private func check(_ value: DataValue, of option: DriverOption) throws(Failure) {
        let wanted: String? =
            switch option.kind {
            case .text, .secret: text(option.name) == nil ? "text" : nil
            case .texts: texts(option.name) == nil ? "a text, or a list of at most 64" : nil
            case .bool: value.bool == nil ? "true or false" : nil
            case .integer(let range):
                integer(option.name).map(range.contains) == true
                    ? nil : "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .duration: Self.duration(value) == nil ? "a duration such as 200ms, 2s or 1m" : nil
            case .usbID:
                usbID(option.name) == nil
                    ? "two hexadecimal ids in quotes, such as \"16c0:05df\"" : nil
            case .words:
                words(option.name) == nil
                    ? "a list of a program and its arguments, such as [uhubctl, -a, \"on\"]" : nil
            case .choice(let words):
                value.string.map(words.contains) == true ? nil : "one of \(words.joined(separator: ", "))"
            }
        guard let wanted else { return }
        throw Failure(.configuration, "'\(option.name)' needs \(wanted)", at: device, advice: option.meaning)
    }

    /// At least one word; none of them may be empty where the program stands. Numbers count as what they are written as.
    private static func words(_ value: DataValue) -> [String]? {
        guard let list = value.list, list.count <= 100 else { return nil }
        var words: [String] = []
        for element in list {
            switch element {
            case .string(let text): words.append(text)
            case .integer(let number): words.append(String(number))
            default: return nil
            }
        }
        // A zero byte would end an argument early.
        guard words.first?.isEmpty == false, words.allSatisfy({ !$0.utf8.contains(0) }) else { return nil }
        return words
    }

    /// `200ms`, `2s`, `1m`, `1.5s`; at most a day. A bare number has no unit and is none.
    static func duration(_ value: DataValue) -> Duration? {
        guard let text = value.string else { return nil }
        let digits = text.prefix { $0.isNumber || $0 == "." }
        guard let number = Double(digits), number >= 0 else { return nil }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        let milliseconds: Double? =
            switch unit {
            case "ms": number
            case "s": number * 1000
            case "m": number * 60_000
            default: nil
            }
        guard let milliseconds, milliseconds <= 86_400_000 else { return nil }
        return .microseconds(Int64(milliseconds * 1000))
    }
}

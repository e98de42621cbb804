/// The written form of a signal: `<LAVA_SIGNAL_NAME text _n=NUMBER _c=CHECKSUM>`.
enum SignalForm {
    static let head = Array("<LAVA_SIGNAL_".utf8)
    /// Longest signal, in bytes.
    static let limit = 4096
    private static let end = UInt8(ascii: ">")

    /// Reads bytes from `<` to `>` as a protected signal.
    ///
    /// - Returns: nil unless head, number and checksum are there and the checksum fits.
    static func protected(_ bytes: [UInt8]) -> (name: String, text: String, number: Int)? {
        guard bytes.count > head.count + 2, bytes.count <= limit, bytes.starts(with: head), bytes.last == end,
            let sum = trailing("_c=", in: bytes[..<(bytes.count - 1)], isHexDigit)
        else { return nil }
        let body = bytes[head.count..<sum.start]
        // The cheap look first: most of what is tried here is no signal.
        guard let number = trailing("_n=", in: body, isDigit), let count = Int(number.value),
            SignalChecksum.of(body) == sum.value
        else { return nil }
        let words = body[..<number.start]
        guard let (name, text) = split(words) else { return nil }
        return (name, text, count)
    }

    /// Reads bytes from `<` to `>` as a signal without protection.
    static func unprotected(_ bytes: [UInt8]) -> (name: String, text: String)? {
        guard bytes.count > head.count + 1, bytes.count <= limit, bytes.starts(with: head), bytes.last == end else {
            return nil
        }
        guard let (name, text) = split(bytes[head.count..<(bytes.count - 1)]) else { return nil }
        // What is left of a number or a checksum: this one was protected, and is damaged.
        return text.contains(" _n") || text.contains(" _c") || text.contains("_c=") ? nil : (name, text)
    }

    /// A protected signal as it goes over the line, without its frame.
    static func wire(_ signal: ReceivedSignal) -> String {
        let body = "\(signal.name) \(signal.text) _n=\(signal.number ?? 0)"
        return "\(body) _c=\(SignalChecksum.of(body.utf8))"
    }

    /// Whether `bytes` end as a protected signal ends.
    static func hasTail(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.last == end, let sum = trailing("_c=", in: bytes.dropLast(), isHexDigit) else { return false }
        return trailing("_n=", in: bytes[bytes.startIndex..<sum.start], isDigit) != nil
    }

    /// The digits behind ` KEY` at the end of `bytes`, at most ten, and where the blank before the key stands.
    private static func trailing(
        _ key: String, in bytes: ArraySlice<UInt8>, _ isPart: (UInt8) -> Bool
    ) -> (value: String, start: Int)? {
        var place = bytes.endIndex
        while place > bytes.startIndex, isPart(bytes[place - 1]) { place -= 1 }
        let digits = bytes[place...]
        let mark = Array((" " + key).utf8)
        guard (1...10).contains(digits.count), place - bytes.startIndex >= mark.count,
            bytes[(place - mark.count)..<place].elementsEqual(mark)
        else { return nil }
        return (String(decoding: digits, as: UTF8.self), place - mark.count)
    }

    private static func split(_ body: ArraySlice<UInt8>) -> (name: String, text: String)? {
        let name = body.prefix { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        guard !name.isEmpty, name.endIndex < body.endIndex, body[name.endIndex] == UInt8(ascii: " ") else { return nil }
        let text = body[(name.endIndex + 1)...]
        guard !text.contains(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) else { return nil }
        return (String(decoding: name, as: UTF8.self), String(decoding: text, as: UTF8.self))
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

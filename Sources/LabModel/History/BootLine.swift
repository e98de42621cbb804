/// One line of a boot, with what it has in common with the same line of another boot: without timestamps, addresses,
/// counters and colours.
public struct BootLine: Hashable, Sendable {
    /// As the board printed it, without control characters, at most `longest` characters.
    public var text: String
    /// Seconds after the power came.
    public var at: Double
    /// What is compared.
    let key: String

    public static let longest = 300

    public init(_ text: String, at: Double) {
        self.text = Self.plain(text)
        self.at = at
        key = Self.key(self.text)
    }

    /// Whether there is enough in it to be recognized by.
    var isTelling: Bool {
        var letters = 0
        for byte in key.utf8 where Self.isLetter(byte) {
            letters += 1
            if letters == 3 { return true }
        }
        return false
    }

    /// Whether the line speaks of trouble by the words that kernels, boot loaders and services use.
    var isTrouble: Bool {
        let text = text.lowercased()
        return Self.troubles.contains { text.contains($0) }
    }

    private static let troubles = [
        "error", "fail", "panic", "unable", "cannot", "can't", "could not", "timeout", "timed out", "oops", "bug:",
        "not found", "no such", "refused", "corrupt", "bad ", "invalid", "not ready", "out of memory", "killed",
        "segfault", "rejected", "warning:",
    ]

    /// The words of the key, for telling how alike two lines are.
    var words: Set<Substring> {
        Set(key.split(whereSeparator: { !$0.isLetter && $0 != "#" }).prefix(40).filter { $0 != "#" })
    }

    // MARK: Cleaning

    private static func plain(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        var count = 0
        var escape = Escape.none
        for scalar in text.unicodeScalars {
            switch escape {
            case .none:
                if scalar == "\u{1B}" {
                    escape = .begun
                } else if scalar == "\t" {
                    kept.append(" ")
                    count += 1
                } else if scalar.value >= 0x20, scalar.value != 0x7F, !(0x80...0x9F).contains(scalar.value) {
                    kept.append(scalar)
                    count += 1
                }
                if count == longest { return String(kept) }
            case .begun: escape = scalar == "[" ? .control : scalar == "]" ? .command : .none
            case .control: if ("@"..."~").contains(scalar) { escape = .none }
            case .command: if scalar == "\u{7}" || scalar == "\u{1B}" { escape = .none }
            }
        }
        return String(kept)
    }

    private enum Escape {
        case none, begun, control, command
    }

    private static func key(_ text: String) -> String {
        var text = text
        return text.withUTF8 { bytes in
            var key: [UInt8] = []
            key.reserveCapacity(bytes.count)
            var place = withoutStamp(bytes)
            while place < bytes.count {
                let byte = bytes[place]
                if isLetter(byte) || isDigit(byte) {
                    let end = wordEnd(bytes, from: place)
                    append(bytes[place..<end], to: &key)
                    place = end
                } else {
                    // Runs of spaces count as one, and so do runs of dashes and the like.
                    if key.last != byte || byte > 0x7F { key.append(byte) }
                    place += 1
                }
            }
            while key.last == 0x20 { key.removeLast() }
            return String(decoding: key.drop { $0 == 0x20 }, as: UTF8.self)
        }
    }

    /// Where the text begins behind `<6>` and `[    1.234567] ` and `[   T12] `, which the kernel's log may carry.
    private static func withoutStamp(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var place = 0
        for (open, close) in [(UInt8(ascii: "<"), UInt8(ascii: ">")), (0x5B, 0x5D), (0x5B, 0x5D)] {
            var next = place
            while next < bytes.count, bytes[next] == 0x20 { next += 1 }
            guard next < bytes.count, bytes[next] == open else { continue }
            var end = next + 1
            var digits = 0
            while end < bytes.count, end < next + 24,
                isDigit(bytes[end]) || [0x20, 0x2E, UInt8(ascii: "T"), UInt8(ascii: "C")].contains(bytes[end])
            {
                if isDigit(bytes[end]) { digits += 1 }
                end += 1
            }
            guard end < bytes.count, bytes[end] == close, digits > 0 else { continue }
            place = end + 1
        }
        return place
    }

    private static func wordEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var end = start
        while end < bytes.count, isLetter(bytes[end]) || isDigit(bytes[end]) { end += 1 }
        return end
    }

    /// A word without its numbers: an address or a digest is nothing but a number.
    private static func append(_ word: Slice<UnsafeBufferPointer<UInt8>>, to key: inout [UInt8]) {
        let hasPrefix = word.count > 2 && word[word.startIndex] == 0x30 && word[word.startIndex + 1] | 0x20 == 0x78
        let body = hasPrefix ? word.dropFirst(2) : word
        let isHexadecimal = body.allSatisfy { isDigit($0) || (0x61...0x66).contains($0 | 0x20) }
        if isHexadecimal, hasPrefix || body.count >= 4 && body.contains(where: isDigit) || body.count >= 8 {
            if key.last != 0x23 { key.append(0x23) }
            return
        }
        for byte in word {
            if !isDigit(byte) { key.append(byte) } else if key.last != 0x23 { key.append(0x23) }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}

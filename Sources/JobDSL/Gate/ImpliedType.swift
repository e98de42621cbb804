/// What a reader of YAML 1.1 makes of a plain scalar, as LAVA's does: yaml.org/type, section "Tag Resolution".
enum ImpliedType: Hashable {
    case null, bool, int, float, timestamp, text
    /// A plain `=`, which no reader takes.
    case value

    /// The type that `text` has without quotes.
    static func of(_ text: String) -> ImpliedType {
        guard let first = text.utf8.first else { return .null }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
            return number(Array(text.utf8))
        case UInt8(ascii: "~"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"),
            UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "o"),
            UInt8(ascii: "O"):
            return word(text)
        case UInt8(ascii: "="): return text == "=" ? .value : .text
        default: return .text
        }
    }

    private static func word(_ text: String) -> ImpliedType {
        switch text {
        case "~", "null", "Null", "NULL": .null
        case "yes", "Yes", "YES", "no", "No", "NO", "true", "True", "TRUE", "false", "False", "FALSE", "on", "On",
            "ON", "off", "Off", "OFF":
            .bool
        default: .text
        }
    }

    private static func number(_ bytes: [UInt8]) -> ImpliedType {
        let isSigned = bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+")
        let digits = isSigned ? bytes[1...] : bytes[...]
        if isInt(digits) { return .int }
        if isFloat(digits, isSigned: isSigned) { return .float }
        return !isSigned && isTimestamp(digits) ? .timestamp : .text
    }

    private static func isInt(_ digits: ArraySlice<UInt8>) -> Bool {
        guard let first = digits.first, isDigit(first) else { return false }
        if first == UInt8(ascii: "0") {
            guard digits.count > 1 else { return true }
            let rest = digits.dropFirst(2)
            switch digits[digits.startIndex + 1] {
            case UInt8(ascii: "b"): return !rest.isEmpty && rest.allSatisfy { "01_".utf8.contains($0) }
            case UInt8(ascii: "x"): return !rest.isEmpty && rest.allSatisfy { isHexDigit($0) || $0 == underscore }
            default: return digits.allSatisfy { "01234567_".utf8.contains($0) }
            }
        }
        let parts = digits.split(separator: colon, omittingEmptySubsequences: false)
        return parts[0].allSatisfy { isDigit($0) || $0 == underscore } && parts.dropFirst().allSatisfy { isSixty($0) }
    }

    private static func isFloat(_ digits: ArraySlice<UInt8>, isSigned: Bool) -> Bool {
        let text = String(decoding: digits, as: UTF8.self)
        if [".inf", ".Inf", ".INF"].contains(text) { return true }
        if [".nan", ".NaN", ".NAN"].contains(text) { return !isSigned }
        guard let point = digits.firstIndex(of: UInt8(ascii: ".")) else { return false }
        let whole = digits[..<point]
        let fraction = digits[(point + 1)...]
        let end = fraction.firstIndex { !isDigit($0) && $0 != underscore } ?? fraction.endIndex
        let exponent = fraction[end...]
        if whole.contains(colon) {
            let parts = whole.split(separator: colon, omittingEmptySubsequences: false)
            return exponent.isEmpty && isWhole(parts[0]) && parts.dropFirst().allSatisfy { isSixty($0) }
        }
        guard exponent.isEmpty || isExponent(exponent) else { return false }
        if whole.isEmpty { return !isSigned && fraction.first.map(isDigit) == true }
        return isWhole(whole)
    }

    private static func isWhole(_ part: ArraySlice<UInt8>) -> Bool {
        part.first.map(isDigit) == true && part.allSatisfy { isDigit($0) || $0 == underscore }
    }

    /// A sign is needed: `1e3` and `1.0e3` are text in YAML 1.1.
    private static func isExponent(_ part: ArraySlice<UInt8>) -> Bool {
        let rest = part.dropFirst(2)
        return part.count > 2 && "eE".utf8.contains(part[part.startIndex])
            && "+-".utf8.contains(part[part.startIndex + 1]) && rest.allSatisfy(isDigit)
    }

    private static func isSixty(_ part: ArraySlice<UInt8>) -> Bool {
        switch part.count {
        case 1: isDigit(part[part.startIndex])
        case 2:
            (UInt8(ascii: "0")...UInt8(ascii: "5")).contains(part[part.startIndex]) && part.last.map(isDigit) == true
        default: false
        }
    }

    /// A date, or a date with a time of day behind it.
    private static func isTimestamp(_ digits: ArraySlice<UInt8>) -> Bool {
        let date = digits.prefix { isDigit($0) || $0 == UInt8(ascii: "-") }
        let parts = date.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, (1...2).contains(parts[1].count), (1...2).contains(parts[2].count)
        else { return false }
        let rest = digits[date.endIndex...]
        if rest.isEmpty { return parts[1].count == 2 && parts[2].count == 2 }
        guard "tT \t".utf8.contains(rest[rest.startIndex]) else { return false }
        let time = rest.drop { "tT \t".utf8.contains($0) }.prefix { isDigit($0) || $0 == colon }
        let fields = time.split(separator: colon, omittingEmptySubsequences: false)
        return fields.count >= 3 && fields.allSatisfy { (1...2).contains($0.count) }
    }

    private static let colon = UInt8(ascii: ":")
    private static let underscore = UInt8(ascii: "_")

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }

    /// In words, for messages.
    var inWords: String {
        switch self {
        case .null: "nothing"
        case .bool: "true or false"
        case .int: "a whole number"
        case .float: "a number"
        case .timestamp: "a date"
        case .value: "a sign of its own"
        case .text: "text"
        }
    }
}

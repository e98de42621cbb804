import LabModel

/// Hides secrets in texts.
struct SecretMask {
    private static let replacement = Array("[MASKED]".utf8)

    let values: [String]
    /// Longest first, so that a secret inside another one does not leave the rest of it readable.
    private let secrets: [[UInt8]]

    /// Values shorter than 3 characters are left alone: hiding them would make logs unreadable and hide little. A
    /// secret of several lines is printed as lines, so each of them counts by itself, from 8 characters on.
    init(_ values: [String]) {
        self.values = values
        var texts: Set<String> = []
        for value in values {
            if value.count >= 3 { texts.insert(value) }
            let lines = value.split(whereSeparator: \.isNewline)
            if lines.count > 1 { texts.formUnion(lines.filter { $0.count >= 8 }.map(String.init)) }
        }
        secrets = texts.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }.map { Array($0.utf8) }
    }

    /// `value` with every secret in its texts replaced.
    func apply(to value: DataValue) -> DataValue {
        guard !secrets.isEmpty else { return value }
        return switch value {
        case .string(let text): .string(apply(to: text))
        case .list(let elements): .list(elements.map(apply(to:)))
        case .map(let members):
            .map(Dictionary(members.map { (apply(to: $0.key), apply(to: $0.value)) }, uniquingKeysWith: { $1 }))
        case .null, .bool, .integer, .double: value
        }
    }

    func apply(to text: String) -> String {
        var bytes = Array(text.utf8)
        var isChanged = false
        for secret in secrets where replace(secret, in: &bytes) { isChanged = true }
        return isChanged ? String(decoding: bytes, as: UTF8.self) : text
    }

    private func replace(_ secret: [UInt8], in bytes: inout [UInt8]) -> Bool {
        guard var found = index(of: secret, in: bytes, from: 0) else { return false }
        var result: [UInt8] = []
        var copied = 0
        while true {
            result += bytes[copied..<found]
            result += Self.replacement
            copied = found + secret.count
            guard let next = index(of: secret, in: bytes, from: copied) else { break }
            found = next
        }
        result += bytes[copied...]
        bytes = result
        return true
    }

    private func index(of secret: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count - start >= secret.count else { return nil }
        var place = start
        while place <= bytes.count - secret.count {
            if bytes[place] == secret[0], bytes[place..<(place + secret.count)].elementsEqual(secret) { return place }
            place += 1
        }
        return nil
    }
}

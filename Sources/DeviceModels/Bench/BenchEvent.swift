/// Something that happened on a device's side.
public struct BenchEvent: Hashable, Sendable {
    public enum Value: Hashable, Sendable {
        case number(Int)
        case flag(Bool)
        case text(String)
        /// Shown in hexadecimal digits.
        case bytes([UInt8])
    }

    public var name: String
    public var values: [String: Value]

    public init(_ name: String, _ values: [String: Value] = [:]) {
        self.name = name
        self.values = values
    }
}

extension BenchEvent.Value {
    /// As JSON.
    var json: String {
        switch self {
        case .number(let number): return "\(number)"
        case .flag(let flag): return "\(flag)"
        case .text(let text): return Self.quoted(text)
        case .bytes(let bytes):
            return "\"" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\""
        }
    }

    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case " "...: quoted.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return quoted + "\""
    }
}

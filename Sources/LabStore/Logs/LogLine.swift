import LabModel

/// One entry of a log as it stands in the file: LAVA's keys in a JSON object on a line of its own.
enum LogLine {
    /// The line with its newline.
    static func bytes(_ entry: LogEntry) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(entry.message.approximateSize + 80)
        line += "{\"dt\": \"\(entry.at.iso8601)\", \"lvl\": \"\(entry.level.rawValue)\", \"msg\": ".utf8
        append(entry.message, to: &line)
        if let namespace = entry.namespace {
            line += ", \"ns\": ".utf8
            append(namespace, to: &line)
        }
        line += "}\n".utf8
        return line
    }

    private static func append(_ value: DataValue, to line: inout [UInt8]) {
        switch value {
        case .null: line += "null".utf8
        case .bool(let value): line += (value ? "true" : "false").utf8
        case .integer(let value): line += String(value).utf8
        case .double(let value): appendNumber(value, to: &line)
        case .string(let text): append(text, to: &line)
        case .list(let elements):
            appendJoined(elements, between: "[", "]", to: &line) { append($0, to: &$1) }
        case .map(let members):
            appendJoined(members.sorted { $0.key < $1.key }, between: "{", "}", to: &line) { member, line in
                append(member.key, to: &line)
                line += ": ".utf8
                append(member.value, to: &line)
            }
        }
    }

    private static func appendJoined<Element>(
        _ elements: [Element], between open: String, _ close: String, to line: inout [UInt8],
        each: (Element, inout [UInt8]) -> Void
    ) {
        line += open.utf8
        for (index, element) in elements.enumerated() {
            if index > 0 { line += ", ".utf8 }
            each(element, &line)
        }
        line += close.utf8
    }

    /// JSON has no infinities; they are written as texts.
    private static func appendNumber(_ value: Double, to line: inout [UInt8]) {
        line += (value.isFinite ? "\(value)" : "\"\(value)\"").utf8
    }

    private static func append(_ text: String, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): line += "\\\"".utf8
            case UInt8(ascii: "\\"): line += "\\\\".utf8
            case UInt8(ascii: "\n"): line += "\\n".utf8
            case UInt8(ascii: "\r"): line += "\\r".utf8
            case UInt8(ascii: "\t"): line += "\\t".utf8
            case 0..<0x20, 0x7f:
                let digits = String(byte, radix: 16)
                line += "\\u00\(digits.count == 1 ? "0" : "")\(digits)".utf8
            default: line.append(byte)
            }
        }
        line.append(UInt8(ascii: "\""))
    }
}

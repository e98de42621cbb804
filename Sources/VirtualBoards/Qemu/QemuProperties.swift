import LabModel

/// A QEMU option value such as `if=virtio,file=/a,,b`: an optional first word, then `key=value` pairs. A comma inside a
/// value is doubled.
struct QemuProperties: Hashable, Sendable {
    /// The word before the first pair, such as a device's name.
    var head: String?
    var pairs: [Pair]

    struct Pair: Hashable, Sendable {
        var key: String
        var value: String
    }

    init(head: String? = nil, pairs: [Pair] = []) {
        self.head = head
        self.pairs = pairs
    }

    init(_ text: String) {
        var parts: [String] = [""]
        var rest = text[...]
        while let character = rest.popFirst() {
            if character != "," {
                parts[parts.count - 1].append(character)
            } else if rest.first == "," {
                rest.removeFirst()
                parts[parts.count - 1].append(",")
            } else {
                parts.append("")
            }
        }
        head = nil
        pairs = []
        for (index, part) in parts.enumerated() {
            if let equals = part.firstIndex(of: "=") {
                pairs.append(Pair(key: String(part[..<equals]), value: String(part[part.index(after: equals)...])))
            } else if index == 0 {
                head = part
            } else {
                // `readonly` alone means `readonly=on`.
                pairs.append(Pair(key: part, value: "on"))
            }
        }
    }

    subscript(key: String) -> String? {
        get { pairs.last { $0.key == key }?.value }
        set {
            pairs.removeAll { $0.key == key }
            if let newValue { pairs.append(Pair(key: key, value: newValue)) }
        }
    }

    var text: String {
        let escaped = pairs.map { "\($0.key)=\(Self.escaped($0.value))" }
        return ((head.map { [Self.escaped($0)] } ?? []) + escaped).joined(separator: ",")
    }

    static func escaped(_ value: String) -> String {
        value.split(separator: ",", omittingEmptySubsequences: false).joined(separator: ",,")
    }
}

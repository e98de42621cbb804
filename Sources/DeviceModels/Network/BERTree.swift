/// What is written in BER (X.690), as a tree. For models: it reads what clients send and trusts nobody, but says
/// nothing about why it could not read.
indirect enum BERTree {
    case leaf(UInt8, [UInt8])
    case list(UInt8, [BERTree])

    static func number(_ value: Int64) -> BERTree {
        var digits: [UInt8] = []
        var rest = value
        repeat {
            digits.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        } while !(rest == 0 && digits[0] < 0x80 || rest == -1 && digits[0] >= 0x80)
        return .leaf(0x02, digits)
    }

    /// Nil unless the bytes are exactly one element.
    init?(_ bytes: [UInt8]) {
        var place = 0
        guard let tree = Self.read(bytes, &place, bytes.count, depth: 0), place == bytes.count else { return nil }
        self = tree
    }

    private static func read(_ bytes: [UInt8], _ place: inout Int, _ end: Int, depth: Int) -> BERTree? {
        guard depth < 8, place + 2 <= end else { return nil }
        let tag = bytes[place]
        var length = Int(bytes[place + 1])
        place += 2
        if length >= 0x80 {
            let count = length - 0x80
            guard count >= 1, count <= 3, place + count <= end else { return nil }
            length = 0
            for _ in 0..<count {
                length = length * 256 + Int(bytes[place])
                place += 1
            }
        }
        let stop = place + length
        guard stop <= end else { return nil }
        guard tag & 0x20 != 0 else {
            defer { place = stop }
            return .leaf(tag, Array(bytes[place..<stop]))
        }
        var elements: [BERTree] = []
        while place < stop {
            guard let element = read(bytes, &place, stop, depth: depth + 1) else { return nil }
            elements.append(element)
        }
        return .list(tag, elements)
    }

    var bytes: [UInt8] {
        let (tag, content): (UInt8, [UInt8]) =
            switch self {
            case .leaf(let tag, let content): (tag, content)
            case .list(let tag, let elements): (tag, elements.flatMap(\.bytes))
            }
        switch content.count {
        case ..<0x80: return [tag, UInt8(content.count)] + content
        case ..<0x100: return [tag, 0x81, UInt8(content.count)] + content
        default: return [tag, 0x82, UInt8(content.count / 256 % 256), UInt8(content.count % 256)] + content
        }
    }

    func leaf(_ tag: UInt8) -> [UInt8]? {
        guard case .leaf(tag, let content) = self else { return nil }
        return content
    }

    var number: Int64? {
        guard let content = leaf(0x02), let first = content.first, content.count <= 8 else { return nil }
        var value: Int64 = first >= 0x80 ? -1 : 0
        for byte in content { value = value << 8 | Int64(byte) }
        return value
    }

    var identifier: [UInt32]? {
        guard let content = leaf(0x06), let first = content.first, first < 0x80 else { return nil }
        var numbers = [UInt32(min(first / 40, 2))]
        numbers.append(UInt32(first) - numbers[0] * 40)
        var value: UInt32 = 0
        for byte in content.dropFirst() {
            guard value < 1 << 25 else { return nil }
            value = value * 128 + UInt32(byte & 0x7F)
            if byte < 0x80 {
                numbers.append(value)
                value = 0
            }
        }
        return numbers
    }
}

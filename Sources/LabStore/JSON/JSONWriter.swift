import LabModel

/// JSON that grows member by member, with the lists and maps that are still open.
struct JSONWriter {
    /// A list or a map that is not closed yet.
    private struct Frame {
        var isMap: Bool
        var number: Int
        /// Where its members begin among `members`.
        var firstMember: Int
        var isSorted = true
        var isEmpty = true
    }

    /// Which frame a container belongs to.
    struct Place {
        fileprivate var depth: Int
        fileprivate var number: Int
    }

    private var bytes = JSONBytes()
    private var frames: [Frame] = []
    private var framesSoFar = 0
    /// Members of the open maps: the key, and where it was written.
    private var members: [(key: String, start: Int)] = []

    /// The first time that a closed container was written to.
    private var misuse: EncodingError?

    var depth: Int { frames.count }
    var count: Int { bytes.count }

    /// All that was written.
    ///
    /// - Throws: when a container was used after it was closed.
    func text() throws -> String {
        if let misuse { throw misuse }
        return String(decoding: bytes.bytes, as: UTF8.self)
    }

    // MARK: Values

    mutating func writeNull() { bytes.append(plain: "null") }
    mutating func writeEmptyMap() { bytes.append(plain: "{}") }

    mutating func write(_ members: [String: DataValue]) {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            bytes.append(key)
            bytes.append(UInt8(ascii: ":"))
            write(value)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ value: DataValue) {
        switch value {
        case .null: writeNull()
        case .bool(let value): bytes.append(value)
        case .integer(let value): bytes.append(value)
        case .double(let value): bytes.append(value)
        case .string(let text): bytes.append(text)
        case .list(let elements): write(elements) { $0.write($1) }
        case .map(let members): write(members)
        }
    }

    private mutating func write<Element>(_ elements: [Element], _ write: (inout JSONWriter, Element) -> Void) {
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(&self, element)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Writes what needs no container. Comparing types first is much cheaper than casts that fail.
    ///
    /// - Returns: false when `value` is something else, and nothing was written.
    mutating func writeScalar<Value>(_ value: Value) -> Bool {
        if Value.self == String.self, let value = value as? String {
            bytes.append(value)
        } else if Value.self == Int.self, let value = value as? Int {
            bytes.append(value)
        } else if Value.self == Bool.self, let value = value as? Bool {
            bytes.append(value)
        } else if Value.self == Int64.self, let value = value as? Int64 {
            bytes.append(value)
        } else if Value.self == Double.self, let value = value as? Double {
            bytes.append(value)
        } else if Value.self == [String].self, let value = value as? [String] {
            write(value) { $0.bytes.append($1) }
        } else if Value.self == DataValue.self, let value = value as? DataValue {
            write(value)
        } else if Value.self == [String: DataValue].self, let value = value as? [String: DataValue] {
            write(value)
        } else {
            return writeRareNumber(value)
        }
        return true
    }

    private mutating func writeRareNumber<Value>(_ value: Value) -> Bool {
        if Value.self == Float.self, let value = value as? Float {
            bytes.append(Double(value))
            return true
        }
        let isInteger =
            Value.self == UInt64.self || Value.self == UInt.self || Value.self == UInt32.self
            || Value.self == Int32.self || Value.self == UInt16.self || Value.self == Int16.self
            || Value.self == UInt8.self || Value.self == Int8.self
        guard isInteger, let value = value as? any FixedWidthInteger else { return false }
        bytes.append(value)
        return true
    }

    // MARK: Containers

    mutating func open(map isMap: Bool) -> Place {
        framesSoFar += 1
        bytes.append(UInt8(ascii: isMap ? "{" : "["))
        frames.append(Frame(isMap: isMap, number: framesSoFar, firstMember: members.count))
        return Place(depth: frames.count, number: framesSoFar)
    }

    /// The container that stands open at `depth`, if it is of this kind: a type may ask for its container twice.
    func reopen(map isMap: Bool, at depth: Int) -> Place? {
        guard frames.count > depth, frames[depth].isMap == isMap else { return nil }
        return Place(depth: depth + 1, number: frames[depth].number)
    }

    /// Begins the next member of a map, or with no key the next element of a list.
    ///
    /// - Throws: when the container was closed already, because one around it went on.
    mutating func next(_ key: String?, in place: Place) throws {
        guard frames.count >= place.depth, frames[place.depth - 1].number == place.number else {
            let context = EncodingError.Context(codingPath: [], debugDescription: "the container is closed")
            let error = EncodingError.invalidValue(key as Any, context)
            misuse = misuse ?? error
            throw error
        }
        close(to: place.depth)
        let frame = place.depth - 1
        if !frames[frame].isEmpty { bytes.append(UInt8(ascii: ",")) }
        if let key {
            if !frames[frame].isEmpty, let last = members.last, last.key > key { frames[frame].isSorted = false }
            members.append((key, bytes.count))
            bytes.append(key)
            bytes.append(UInt8(ascii: ":"))
        }
        frames[frame].isEmpty = false
    }

    mutating func close(to depth: Int) {
        while frames.count > depth, let frame = frames.popLast() {
            if !frame.isSorted { sortMembers(from: frame.firstMember) }
            members.removeLast(members.count - frame.firstMember)
            bytes.append(UInt8(ascii: frame.isMap ? "}" : "]"))
        }
    }

    private mutating func sortMembers(from first: Int) {
        let start = members[first].start
        let order = (first..<members.count).sorted { members[$0].key < members[$1].key }
        var sorted: [UInt8] = []
        sorted.reserveCapacity(bytes.count - start)
        for member in order {
            if !sorted.isEmpty { sorted.append(UInt8(ascii: ",")) }
            // A comma stands between a member and the next.
            let end = member + 1 < members.count ? members[member + 1].start - 1 : bytes.count
            sorted.append(contentsOf: bytes.bytes[members[member].start..<end])
        }
        bytes.replace(from: start, with: sorted)
    }
}

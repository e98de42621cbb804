/// What encodable types see of a `JSONOutput`.
struct JSONTextEncoder: Encoder {
    let output: JSONOutput
    /// How many containers were open when the value began.
    let depth: Int

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        let place = output.reopen(map: true, at: depth) ?? output.open(map: true)
        return KeyedEncodingContainer(JSONMapContainer<Key>(output: output, place: place))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        JSONListContainer(output: output, place: output.reopen(map: false, at: depth) ?? output.open(map: false))
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        JSONValueContainer(output: output)
    }
}

private struct JSONMapContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let output: JSONOutput
    let place: JSONWriter.Place

    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) throws {
        try output.next(key.stringValue, in: place)
        output.writeNull()
    }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try output.next(key.stringValue, in: place)
        try output.write(value)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        superEncoder(forKey: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        superEncoder(forKey: key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { encoder(forKey: "super") }
    func superEncoder(forKey key: Key) -> any Encoder { encoder(forKey: key.stringValue) }

    private func encoder(forKey key: String) -> any Encoder {
        // This call must not throw; the output remembers the misuse and throws at its end.
        try? output.next(key, in: place)
        return JSONTextEncoder(output: output, depth: output.depth)
    }
}

private struct JSONListContainer: UnkeyedEncodingContainer {
    let output: JSONOutput
    let place: JSONWriter.Place
    private(set) var count = 0

    init(output: JSONOutput, place: JSONWriter.Place) {
        self.output = output
        self.place = place
    }

    var codingPath: [any CodingKey] { [] }

    mutating func encodeNil() throws {
        try next()
        output.writeNull()
    }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        try next()
        try output.write(value)
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        superEncoder().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { superEncoder().unkeyedContainer() }

    mutating func superEncoder() -> any Encoder {
        try? next()
        return JSONTextEncoder(output: output, depth: output.depth)
    }

    private mutating func next() throws {
        try output.next(nil, in: place)
        count += 1
    }
}

private struct JSONValueContainer: SingleValueEncodingContainer {
    let output: JSONOutput

    var codingPath: [any CodingKey] { [] }

    func encodeNil() throws { output.writeNull() }
    func encode<Value: Encodable>(_ value: Value) throws { try output.write(value) }
}

public import LabModel

extension DataValue {
    /// A value that nobody interprets, as close to what was written as JSON can say it.
    ///
    /// A number stays text when it would be written back otherwise, such as `1.10` or `007`.
    public init(_ node: YAMLNode) {
        switch node.content {
        case .scalar(let scalar):
            self = node.isNull ? .null : scalar.style == .text ? .string(scalar.text) : DataValue(plain: scalar.text)
        case .sequence(let elements): self = .list(elements.map { DataValue($0) })
        case .mapping(let entries):
            self = .map(Dictionary(entries.map { ($0.key, DataValue($0.value)) }, uniquingKeysWith: { $1 }))
        }
    }

    private init(plain text: String) {
        if let value = OldForm.booleans[text.lowercased()] {
            self = .bool(value)
        } else if let value = Int64(text), String(value) == text {
            self = .integer(value)
        } else if let value = Double(text), value.isFinite, "\(value)" == text {
            self = .double(value)
        } else {
            self = .string(text)
        }
    }
}

extension YAMLNode {
    /// The tree of a value that came from elsewhere than a text.
    init(_ value: DataValue, at position: SourcePosition) {
        let content: Content =
            switch value {
            case .null: .scalar(YAMLScalar("", style: .plain))
            case .bool(let value): .scalar(YAMLScalar(value ? "true" : "false"))
            case .integer(let value): .scalar(YAMLScalar("\(value)"))
            case .double(let value): .scalar(YAMLScalar("\(value)"))
            case .string(let text): .scalar(YAMLScalar(text, style: .text))
            case .list(let elements): .sequence(elements.map { YAMLNode($0, at: position) })
            case .map(let members):
                .mapping(
                    members.sorted { $0.key < $1.key }.map {
                        YAMLEntry(key: $0.key, keyPosition: position, value: YAMLNode($0.value, at: position))
                    })
            }
        self.init(content, at: position)
    }
}

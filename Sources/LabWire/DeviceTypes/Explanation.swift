public import LabModel

/// Which layer set a value of a device type.
public struct Explanation: Codable, Sendable, Equatable {
    public var key: String
    /// The value that holds in the end; null when no layer sets the key.
    public var value: DataValue
    /// From the most general to the most special.
    public var layers: [Layer]

    /// What one layer says about the key.
    public struct Layer: Codable, Sendable, Equatable {
        /// Such as `type qemu-arm64`, `common`, `board` or `context`.
        public var layer: String
        public var file: String?
        public var line: Int?
        public var value: DataValue
        /// Whether this is the value that holds.
        public var wins: Bool

        public init(layer: String, file: String? = nil, line: Int? = nil, value: DataValue, wins: Bool) {
            self.layer = layer
            self.file = file
            self.line = line
            self.value = value
            self.wins = wins
        }
    }

    public init(key: String, value: DataValue, layers: [Layer]) {
        self.key = key
        self.value = value
        self.layers = layers
    }

    private enum CodingKeys: String, CodingKey {
        case key, value, layers
    }

    // A missing value and a null are the same to a reader, so null is always written and either is read.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        key = try container.decode(String.self, forKey: .key)
        value = try container.decodeIfPresent(DataValue.self, forKey: .value) ?? .null
        layers = try container.decode([Layer].self, forKey: .layers)
    }
}

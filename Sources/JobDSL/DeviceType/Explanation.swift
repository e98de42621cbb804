public import LabModel

/// Where a value of a device type comes from.
public struct Explanation: Hashable, Sendable, Codable {
    /// A layer that says something about the value.
    public struct Layer: Hashable, Sendable, Codable {
        /// `type NAME`, `lab`, `board` or `job context`; with `, variable NAME` for a variable that the value uses.
        public var layer: String
        /// Nil for a layer that is not a file.
        public var file: String?
        public var line: Int?
        /// As written, before variables were put in.
        public var value: DataValue
        /// Whether the final value has it from here.
        public var wins: Bool

        public init(layer: String, file: String?, line: Int?, value: DataValue, wins: Bool) {
            self.layer = layer
            self.file = file
            self.line = line
            self.value = value
            self.wins = wins
        }
    }

    /// The path that was asked for, such as `bootloaders.u-boot.prompt`, or a variable's name.
    public var key: String
    public var value: DataValue
    /// From the first ancestor to the job.
    public var layers: [Layer]

    public init(key: String, value: DataValue, layers: [Layer]) {
        self.key = key
        self.value = value
        self.layers = layers
    }
}

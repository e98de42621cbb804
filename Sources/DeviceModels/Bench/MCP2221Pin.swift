/// One of the four pins of an MCP2221A.
public struct MCP2221Pin: Hashable, Sendable {
    /// What bits 2 to 0 of a pin's setting say; only 0 makes it a plain input or output.
    public var function: UInt8
    public var isOutput: Bool
    public var value: Bool

    public init(function: UInt8 = 0, isOutput: Bool = false, value: Bool = false) {
        self.function = function
        self.isOutput = isOutput
        self.value = value
    }

    public var isGPIO: Bool { function == 0 }

    /// As in the chip's memory: value in bit 4, direction in bit 3, 1 for an input.
    var setting: UInt8 {
        get { (value ? 0x10 : 0) | (isOutput ? 0 : 0x08) | function }
        set {
            value = newValue & 0x10 != 0
            isOutput = newValue & 0x08 == 0
            function = newValue & 0x07
        }
    }

    /// What a chip does before anybody has set it up: lights, and a signal that USB is there.
    public static let factory: [MCP2221Pin] = [2, 3, 1, 1].map { MCP2221Pin(function: $0) }
}

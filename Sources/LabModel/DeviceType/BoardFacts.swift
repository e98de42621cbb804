/// What a board's power supply needs.
public struct PowerFacts: Hashable, Sendable, Codable {
    /// Off at least this long before it is switched on again.
    public var minimumOffTime: Duration
    /// At most so often switched on within an hour; nil for as often as anybody likes.
    public var hourlySwitchOns: Int?

    public init(minimumOffTime: Duration = .zero, hourlySwitchOns: Int? = nil) {
        self.minimumOffTime = minimumOffTime
        self.hourlySwitchOns = hourlySwitchOns
    }
}

/// Addresses as the board sees them.
public struct NetworkFacts: Hashable, Sendable, Codable {
    /// The lab's HTTP server, such as `10.0.2.2` from inside QEMU's user network.
    public var httpAddress: String
    /// The lab's TFTP server, LAVA's `{SERVER_IP}`.
    public var tftpAddress: String

    public init(httpAddress: String, tftpAddress: String) {
        self.httpAddress = httpAddress
        self.tftpAddress = tftpAddress
    }
}

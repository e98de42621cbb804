/// What a board is doing, with LAVA's device states.
public enum BoardState: Int, Sendable, Codable, CaseIterable {
    case idle = 0
    case reserved = 1
    case running = 2

    /// As LAVA's interfaces write it.
    public var name: String {
        switch self {
        case .idle: "Idle"
        case .reserved: "Reserved"
        case .running: "Running"
        }
    }
}

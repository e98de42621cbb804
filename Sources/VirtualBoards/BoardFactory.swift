public import LabModel

/// Makes virtual boards from their definitions.
public struct BoardFactory: Sendable {
    /// The drivers this factory knows, as `driver:` of a board file names them.
    public static let drivers = ["qemu", "sim"]

    private let services: VirtualBoardServices

    public init(services: VirtualBoardServices) {
        self.services = services
    }

    /// Opens the board's console and makes the board, powered off. Close it when the lab ends.
    ///
    /// - Throws: `configuration` when the definition is wrong, `infrastructure` when a console cannot be opened.
    public func make(_ definition: BoardDefinition) async throws(Failure) -> any VirtualBoard {
        switch definition.driver {
        case "qemu": return try await QemuBoard(definition: definition, services: services)
        case "sim": return try await SimBoard(definition: definition, services: services)
        default:
            throw Failure(
                .configuration, "board \(definition.name) has the unknown driver '\(definition.driver)'",
                advice: "use one of \(Self.drivers.joined(separator: ", "))")
        }
    }
}

/// A board that ends with the lab that made it.
public protocol VirtualBoard: Board {
    /// Powers off and gives everything back, the console too.
    func close() async
}

extension QemuBoard: VirtualBoard {}
extension SimBoard: VirtualBoard {}

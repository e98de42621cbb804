public import LabModel

/// Makes virtual boards from their definitions.
public struct BoardFactory: Sendable {
    /// The drivers this factory knows, as `driver:` of a board file names them.
    public static let drivers = ["qemu", "sim"]

    private let services: VirtualBoardServices

    public init(services: VirtualBoardServices) {
        self.services = services
    }

    /// Looks for mistakes in a definition without making anything.
    ///
    /// - Parameter profile: of the board's type, with its variables.
    /// - Throws: `configuration`, the wrong option in quotes.
    public static func check(_ definition: BoardDefinition, profile: DeviceProfile) throws(Failure) {
        switch definition.driver {
        case "qemu": _ = try QemuSettings(profile: profile, definition: definition)
        case "sim": _ = try SimScript(definition)
        default: break
        }
    }

    /// Opens the board's console and makes the board, powered off. Close it when the lab ends.
    ///
    /// - Throws: `configuration` when the definition is wrong, `infrastructure` when a console cannot be opened.
    public func make(_ definition: BoardDefinition) async throws(Failure) -> any ClosableBoard {
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

extension QemuBoard: ClosableBoard {}
extension SimBoard: ClosableBoard {}

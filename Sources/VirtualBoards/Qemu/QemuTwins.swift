public import LabModel

/// Twins of QEMU boards that boot from a kit.
public struct QemuTwins: TwinMaker {
    private let services: VirtualBoardServices

    public init(services: VirtualBoardServices) {
        self.services = services
    }

    public func factoryDisk(
        of definition: BoardDefinition, profile: DeviceProfile
    ) async throws(Failure) -> String {
        try await kit(of: definition, profile).disk
    }

    public func configuration(
        of definition: BoardDefinition, profile: DeviceProfile
    ) async throws(Failure) -> [String: String] {
        let settings = try QemuSettings(profile: profile, definition: definition)
        let kit = try await kit(of: definition, profile)
        let program = try EmulatorProgram(architecture: settings.architecture)
        var facts = [
            "board": definition.name.rawValue, "type": definition.type.rawValue, "emulator": program.name,
            "kit": kit.folder.split(separator: "/").suffix(2).joined(separator: "/"),
        ]
        facts["emulator_version"] = await program.version()
        facts["machine"] = settings.arguments.machine
        facts["processor"] = settings.arguments.processor
        facts["memory"] = settings.arguments.memory.map { "\($0) MiB" }
        return facts
    }

    public func makeTwin(
        of definition: BoardDefinition, profile: DeviceProfile, number: Int, workspace: String
    ) async throws(Failure) -> any TwinBoard {
        guard definition.driver == "qemu" else {
            throw Failure(
                .configuration, "board \(definition.name) has the driver '\(definition.driver)'; only qemu has twins")
        }
        _ = try await kit(of: definition, profile)
        var twin = definition
        twin.name = BoardName(rawValue: "\(definition.name)-twin\(number)")
        return try await QemuBoard(definition: twin, services: services, isTwin: true)
    }

    private func kit(of definition: BoardDefinition, _ profile: DeviceProfile) async throws(Failure) -> BoardKit {
        guard let name = try QemuSettings(profile: profile, definition: definition).kit else {
            throw Failure(
                .configuration, "board \(definition.name) of type \(definition.type) has no disk of its own",
                advice: "power cuts are explored on boards that boot from a kit, such as virt-arm64-ab")
        }
        return try await services.kit(named: name)
    }
}

extension QemuBoard: TwinBoard {
    public func withheld() async -> Duration { runDelay() }
}

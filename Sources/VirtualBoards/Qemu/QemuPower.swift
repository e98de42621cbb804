import LabModel

/// The power of a QEMU board: the process is the power.
struct QemuPower: PowerControl {
    let board: QemuBoard

    var ownerDeath: OwnerDeath { .drops }

    func set(_ target: PowerTarget) async throws(Failure) {
        switch target {
        case .on: try await board.switchOn()
        case .off: try await board.switchOff()
        }
    }

    func observed() async -> PowerState { await board.observedPower() }

    func prepareCut() async throws(Failure) -> any PreparedCut { try await board.prepareCut() }

    func powerLoss() async throws -> String { try await board.powerLoss() }
}

/// Gives images to a QEMU board.
struct QemuMedium: BootMedium {
    let board: QemuBoard

    func stage(_ images: [StagedImage]) async throws(Failure) { try await board.stage(images) }
}

/// The disk of a QEMU board that boots from a kit.
struct QemuDisk: BoardDisk {
    let board: QemuBoard

    func save(to path: String) async throws(Failure) -> Bool { try await board.saveDisk(to: path) }
}

import Glibc
import LabModel
import Testing

@testable import VirtualBoards

/// Where kits are by default, as `board-kit/build` puts them.
private let kits: String = {
    let cache = getenv("XDG_CACHE_HOME").map { String(cString: $0) }
    let home = getenv("HOME").map { String(cString: $0) } ?? "/root"
    return (cache ?? home + "/.cache") + "/labd/kits"
}()

private let canRunKit =
    access("/usr/bin/qemu-system-aarch64", X_OK) == 0 && (try? BoardKit(named: "arm64-ab", in: kits)) != nil

@Suite(.enabled(if: canRunKit), .timeLimit(.minutes(5)), .serialized) struct QemuBoardTests {
    private func withBoard(
        _ options: DataValue, _ body: (any ClosableBoard, VirtualBoardServices, String) async throws -> Void
    ) async throws {
        try await withServices(kits: kits) { services, folder in
            let type = DeviceTypeName(rawValue: "virt")
            let board = try await BoardFactory(services: services).make(
                BoardDefinition(name: BoardName(rawValue: "v1"), type: type, driver: "qemu", options: options))
            do {
                try await board.prepare(
                    BoardPreparation(job: JobID(rawValue: 1), profile: DeviceProfile(type: type), workspace: folder))
                try await body(board, services, folder)
            } catch {
                await board.close()
                throw error
            }
            await board.close()
        }
    }

    private func processes(of services: VirtualBoardServices) -> [LeftoverSweep.Leftover] {
        LeftoverSweep(
            owner: OwnerTag(lab: services.owner.lab, epoch: Epoch(rawValue: services.owner.epoch.rawValue + 1)),
            clock: services.clock
        ).leftovers()
    }

    @Test func theKitBootsAndACutEndsItAtOnce() async throws {
        try await withBoard(["kit": "arm64-ab"]) { board, services, folder in
            #expect(await board.power.observed() == .off)
            try await board.power.set(.on)
            #expect(await board.power.observed() == .on)
            let up = try await board.console.find("^LABD-UP version=v1 slot=A", within: .seconds(60))
            try await board.console.find("^/ # ", from: up.end)
            let cut = try await board.power.prepareCut()
            _ = cut.fire()
            try await cut.confirm()
            #expect(await board.power.observed() == .off)
            #expect(processes(of: services).isEmpty)
            try await board.power.set(.on)
            #expect(await board.power.observed() == .on)
            try await board.rest()
            #expect(processes(of: services).isEmpty)
            #expect(access(folder + "/v1-disk.img", F_OK) != 0)
        }
    }

    @Test func anInPlaceUpdateThatIsCutLeavesTheBootLoadersPrompt() async throws {
        try await withBoard(["kit": "arm64-ab"]) { board, _, _ in
            try await board.power.set(.on)
            let prompt = try await board.console.find("^/ # ", within: .seconds(60))
            let cut = try await board.power.prepareCut()
            let watch = try await board.console.arm(
                ConsoleTrigger(pattern: ConsolePattern("^LABD-PHASE copy 50%")), from: prompt.end
            ) { _ in _ = cut.fire() }
            try await board.console.send("update-inplace\n", pacing: .zero)
            let seen = try await board.console.find("^LABD-PHASE copy 50%", from: prompt.end, within: .seconds(60))
            try await cut.confirm()
            await watch.disarm()
            try await board.power.set(.on)
            let end = try await board.console.find("^labd: no bootable slot", from: seen.end, within: .seconds(60))
            try await board.console.find("^=> ", from: end.end)
        }
    }

    @Test func imagesOfTheJobBoot() async throws {
        let kit = try BoardKit(named: "arm64-ab", in: kits)
        try await withBoard([:]) { board, _, _ in
            await #expect(throws: Failure.self) { try await board.power.set(.on) }
            try await board.bootMedium?.stage([
                StagedImage(
                    name: "kernel", path: kit.folder + "/kernel",
                    argument: "-kernel {kernel} -append \"console=ttyAMA0 root=/dev/ram0\""),
                StagedImage(name: "ramdisk", path: kit.folder + "/ramdisk.cpio.gz", argument: "-initrd {ramdisk}"),
            ])
            try await board.power.set(.on)
            try await board.console.find("^LABD-UP version=ramdisk", within: .seconds(60))
            try await board.console.find("^/ # ")
            try await board.console.send("poweroff -f\n", pacing: .zero)
            try await board.console.find("Power down", within: .seconds(20))
        }
    }

    @Test func anIdleBoardIsSwitchedOnWithItsTypesFacts() async throws {
        try await withServices(kits: kits) { services, folder in
            var services = services
            services.catalog = OneType()
            let board = try await BoardFactory(services: services).make(
                BoardDefinition(
                    name: BoardName(rawValue: "v1"), type: DeviceTypeName(rawValue: "virt"), driver: "qemu"))
            try await board.power.set(.on)
            #expect(await board.power.observed() == .on)
            try await board.power.set(.off)
            #expect(await board.power.observed() == .off)
            #expect(access(folder + "/v1/v1-disk.img", F_OK) == 0)
            await board.close()
            #expect(access(folder + "/v1/v1-disk.img", F_OK) != 0)
        }
    }

    @Test func whatTheEmulatorRefusesIsTold() async throws {
        try await withBoard(["extra_options": ["-device nvme"]]) { board, _, folder in
            try write([1], to: folder + "/k")
            try await board.bootMedium?.stage([
                StagedImage(name: "kernel", path: folder + "/k", argument: "-kernel {kernel}")
            ])
            let failure = await #expect(throws: Failure.self) { try await board.power.set(.on) }
            #expect(failure?.type == .job)
            #expect(failure?.message.contains("nvme") == true, "\(failure?.message ?? "")")
            #expect(await board.power.observed() == .off)
        }
    }
}

/// Knows one type, which boots from the kit.
private struct OneType: DeviceCatalog {
    func profile(
        of type: DeviceTypeName, variables: [String: DataValue], context: [String: DataValue]
    ) throws(Failure) -> DeviceProfile {
        DeviceProfile(type: type, emulator: ["kit": "arm64-ab"])
    }
}

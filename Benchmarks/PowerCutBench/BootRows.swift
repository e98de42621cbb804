import BenchKit
import Foundation
import LabModel
import NIOCore
import NIOPosix
import PowerCut

/// A twin that boots from a crash state beside the same QEMU on a plain raw file, killed at the same marker.
struct BootRows {
    let turns: Int

    private static let kitName = "arm64-flip-ext4"
    private static let marker = "LABD-UP version="

    private struct Run {
        var wall: Double
        /// Processor seconds of the emulator, and of the bench with the server in it.
        var emulator: Double
        var server: Double
    }

    func report() async throws {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "/root") + "/.cache"
        let kit = cache + "/labd/kits/\(Self.kitName)/current"
        guard FileManager.default.fileExists(atPath: kit + "/disk.img") else {
            throw BenchError("there is no board kit in \(kit); run `make kit`")
        }
        Bench.progress("booting a virtual board from a crash state and from a file")
        let folder = try TemporaryFolder()
        let image = kit + "/disk.img"
        let space = try SampleTrace.rewriting(
            try BaseImage(path: image), image: image, count: 10_000, in: folder.path)
        let state = try CrashState(.prefix(10_000), in: space)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let shelf = DiskShelf()
        let server = try await NBDServer.listen(at: folder.path + "/labd.sock", serving: shelf, on: group)
        let copy = folder.path + "/disk.img"

        let (floors, all) = try await Bench.interleaved(turns: turns) {
            try? FileManager.default.removeItem(atPath: copy)
            try FileManager.default.copyItem(atPath: image, toPath: copy)
            return try Self.boot(
                kit, ["-drive", "if=none,id=disk,format=raw,cache=unsafe,file=\(copy)"])
        } ours: {
            shelf.put(CrashDisk(state, clock: SystemLabClock()), as: "state")
            return try Self.boot(
                kit,
                ["-blockdev", "driver=nbd,node-name=disk,server.type=unix,server.path=\(server.path),export=state"])
        }
        await server.close()
        try await group.shutdownGracefully()
        try report(floors, all)
    }

    private func report(_ floors: [Run], _ all: [Run]) throws {
        func rate(_ runs: [Run]) -> Samples { Samples(runs.map { 60 / ($0.emulator + $0.server) }) }
        let (floor, ours) = (rate(floors), rate(all))
        let walls = (Samples(floors.map(\.wall)), Samples(all.map(\.wall)))
        try Bench.report(
            BenchRow(
                "boots a minute and core", floorName: "the same QEMU on a raw file", floor: floor.median,
                ours: ours.median, unit: "1/min", target: "within 15 %", excess: 0.85 / (ours.median / floor.median),
                note: """
                    from exec to the kill at '\(Self.marker)', processor time of emulator and server together; \
                    \(turns) boots each, in turn; wall \(rounded(walls.1.median)) s, floor \(rounded(walls.0.median)) s
                    """))
        let share = Samples(all.map { $0.server / $0.wall * 100 })
        try Bench.report(
            BenchRow(
                "the disk server's share of a boot", ours: share.median, unit: "%", target: "< 5 %",
                excess: share.median / 5,
                note: "processor time of the server's process in a boot's wall time; most \(rounded(share.most)) %"))
    }

    private static func boot(_ kit: String, _ disk: [String]) throws -> Run {
        let children = Child.processor
        let cost = try Cost.of {
            let machine = try Child(
                "qemu-system-aarch64",
                [
                    "-nodefaults", "-no-user-config", "-display", "none", "-sandbox",
                    "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny", "-machine",
                    "virt,gic-version=2", "-cpu", "cortex-a53", "-m", "256M", "-bios", kit + "/u-boot.bin", "-drive",
                    "if=pflash,unit=1,format=raw,readonly=on,file=\(kit)/factory-env.img",
                ] + disk + [
                    "-device", "virtio-blk-pci,drive=disk,request-merging=off", "-drive",
                    "if=none,id=update,format=raw,readonly=on,file=\(kit)/update.img", "-device",
                    "virtio-blk-pci,drive=update", "-netdev", "user,id=net", "-device",
                    "virtio-net-pci,netdev=net,romfile=", "-object", "rng-builtin,id=rng", "-device",
                    "virtio-rng-pci,rng=rng", "-serial", "stdio",
                ], isRead: true)
            try machine.read(until: marker, within: 120)
            machine.end()
        }
        return Run(wall: cost.wall, emulator: Child.processor - children, server: cost.processor)
    }
}

import Foundation
import Glibc
import LabModel
import LabSimulation
import LabStore
import Testing

@testable import labd

/// The keeper of GPIO lines, as far as a restore has to do with it: a socket that listens.
private enum KeeperSocket {
    /// - Returns: the listener; negative when there is none.
    static func open(at path: String) -> Int32 {
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let isBound = withAddress(of: path) { bind(listener, $0, $1) == 0 }
        return isBound && listen(listener, 16) == 0 ? listener : -1
    }

    /// Whether somebody listens.
    static func answers(at path: String) -> Bool {
        let client = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(client) }
        return withAddress(of: path) { connect(client, $0, $1) == 0 }
    }

    private static func withAddress(
        of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

@Suite struct RestoreKeeperTests {
    private let world: UpkeepWorld
    private let places: StatePlaces

    init() throws {
        world = try UpkeepWorld()
        places = StatePlaces(root: world.folder.path + "/again")
    }

    private var source: String { world.folder.path + "/backup" }

    private func backup() throws -> BackupManifest {
        try StateBackup(places: world.places, target: source, clock: world.clock).run()
    }

    private func restore(replaces: Bool = false) throws -> StateRestore.Outcome {
        try StateRestore(source: source, places: places, replaces: replaces, clock: world.clock).run()
    }

    /// A keeper whose socket is in this state folder, and what labd remembers of it.
    private func keeper(in places: StatePlaces) throws -> Int32 {
        try world.write(places.keeper + ".lock", "")
        try world.write(places.keeperMemory + "/key", "an instance")
        let listener = KeeperSocket.open(at: places.keeper)
        try #require(listener >= 0)
        return listener
    }

    /// Whether the keeper of `keeper(in:)` is found here, with its lock and what is remembered of it.
    private func isFound(in places: StatePlaces) -> Bool {
        let memory = try? String(contentsOfFile: places.keeperMemory + "/key", encoding: .utf8)
        return KeeperSocket.answers(at: places.keeper) && world.has(places.keeper + ".lock") && memory == "an instance"
    }

    private func putAside() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: world.folder.path)
            .filter { $0.hasPrefix("again.before-") }
    }

    @Test func aKeeperThatRunsIsFoundAfterAStateFolderWasReplaced() async throws {
        let job = try await world.job()
        _ = try backup()
        _ = try restore()
        let listener = try keeper(in: places)
        defer { close(listener) }
        let aside = try #require(try restore(replaces: true).aside)
        #expect(isFound(in: places))
        #expect(!world.has(aside + "/run") && !world.has(aside + "/gpio"))
        #expect(world.has(aside + "/labd.sqlite") && world.has("\(places.jobLogs)/\(job).jsonl"))
    }

    @Test func aFolderThatOnlyAKeeperMadeIsNoStateFolder() async throws {
        _ = try await world.job()
        _ = try backup()
        let listener = try keeper(in: places)
        defer { close(listener) }
        #expect(try restore().aside == nil)
        #expect(isFound(in: places) && world.has(places.database))
        #expect(try putAside().isEmpty)
    }

    @Test func aFolderWithMoreIsRefusedAndLeftAlone() async throws {
        _ = try await world.job()
        _ = try backup()
        let listener = try keeper(in: places)
        defer { close(listener) }
        try world.write(places.token, "secret\n")
        let refusal = #expect(throws: Failure.self) { try restore() }
        #expect(refusal?.message == "there is a state folder already")
        #expect(isFound(in: places))
    }

    /// A restore that is killed after it put the old folder aside has the keeper's socket in its own.
    @Test func aRestoreThatWasKilledCostsNoKeeper() async throws {
        _ = try await world.job()
        _ = try backup()
        let listener = try keeper(in: StatePlaces(root: places.root + ".restoring"))
        defer { close(listener) }
        _ = try restore()
        #expect(isFound(in: places) && world.has(places.database))
        #expect(!world.has(places.root + ".restoring"))
    }

    @Test func whatCannotMoveLeavesAllAsItWas() async throws {
        _ = try await world.job()
        try world.write(world.places.token, "secret\n")
        var manifest = try backup()
        // A file of the backup lies where the keeper's memory goes.
        let index = try #require(manifest.files.firstIndex { $0.path == "token" })
        manifest.files[index].path = "gpio/key"
        try world.write(source + "/gpio/key", "secret\n")
        try FileManager.default.removeItem(atPath: source + "/manifest.json")
        try manifest.write(to: source)
        let listener = try keeper(in: places)
        defer { close(listener) }
        try world.write(places.token, "mine\n")
        let failure = #expect(throws: Failure.self) { try restore(replaces: true) }
        #expect(failure?.type == .infrastructure)
        #expect(isFound(in: places) && world.has(places.token))
        #expect(try putAside().isEmpty)
        #expect(!world.has(places.root + ".restoring"))
    }
}

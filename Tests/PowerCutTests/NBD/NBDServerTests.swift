import Foundation
import LabModel
import NIOCore
import NIOPosix
import Subprocess
import Synchronization
import Testing

@testable import PowerCut

/// A disk in memory that counts what it is asked for.
private final class MemoryDisk: DiskExport {
    struct State {
        var bytes: [UInt8]
        var writes = 0
        var flushes = 0
        var forced = 0
        var acknowledged = 0
    }

    let state: Mutex<State>
    let size: UInt64
    let isReadOnly: Bool

    init(_ bytes: [UInt8], isReadOnly: Bool = false) {
        state = Mutex(State(bytes: bytes))
        size = UInt64(bytes.count)
        self.isReadOnly = isReadOnly
    }

    func read(at offset: UInt64, length: Int, into buffer: inout ByteBuffer) throws(NBDError) {
        state.withLock { _ = buffer.writeBytes($0.bytes[Int(offset)..<Int(offset) + length]) }
    }

    func write(_ payload: ByteBufferView, at offset: UInt64, forceUnitAccess: Bool) throws(NBDError) {
        state.withLock {
            $0.bytes.replaceSubrange(Int(offset)..<Int(offset) + payload.count, with: payload)
            $0.writes += 1
            if forceUnitAccess { $0.forced += 1 }
        }
    }

    func writeZeroes(
        at offset: UInt64, length: Int, forceUnitAccess: Bool, isTrim: Bool
    ) throws(NBDError) {
        try write(
            ByteBuffer(repeating: 0, count: length).readableBytesView, at: offset, forceUnitAccess: forceUnitAccess)
    }

    func flush() throws(NBDError) { state.withLock { $0.flushes += 1 } }
    func acknowledge(isPipelined: Bool) { state.withLock { $0.acknowledged += 1 } }
    func disconnected() {}
}

private struct Shelf: DiskExportCatalog {
    var disks: [String: MemoryDisk]
    func export(named name: String) -> (any DiskExport)? { disks[name] }
    var names: [String] { disks.keys.sorted() }
}

/// Independent clients of the protocol agree with the server.
@Suite(.timeLimit(.minutes(5)))
struct NBDServerTests {
    private func withServer(_ disks: [String: MemoryDisk], _ body: (String, String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "nbd-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = try await NBDServer.listen(at: folder + "/s", serving: Shelf(disks: disks), on: group)
        let outcome: Result<Void, any Error>
        do {
            try await body(folder, folder + "/s")
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await server.close()
        try await group.shutdownGracefully()
        try FileManager.default.removeItem(atPath: folder)
        try outcome.get()
    }

    private func run(_ program: String, _ arguments: [String]) async throws -> (status: String, output: String) {
        let result = try await Subprocess.run(
            .name(program), arguments: Arguments(arguments), output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20))
        return ("\(result.terminationStatus)", result.standardOutput + result.standardError)
    }

    private static func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 88_172_645_463_325_252
        return (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state)
        }
    }

    @Test func nbdinfoSeesSizeAndAbilities() async throws {
        try await withServer([
            "w54": MemoryDisk(Self.noise(1 << 20)), "ro": MemoryDisk(Self.noise(512), isReadOnly: true),
        ]) {
            _, socket in
            let listed = try await run("nbdinfo", ["--list", "--json", "nbd+unix:///?socket=\(socket)"])
            #expect(listed.output.contains("\"w54\""), "\(listed)")
            let one = try await run("nbdinfo", ["--json", "nbd+unix:///w54?socket=\(socket)"])
            #expect(one.output.contains("\"export-size\": 1048576"), "\(one)")
            #expect(one.output.contains("\"can_flush\": true"))
            #expect(one.output.contains("\"can_fua\": true"))
            #expect(one.output.contains("\"block_minimum\": 512") || one.output.contains("\"block_size_minimum\": 512"))
            let readOnly = try await run("nbdinfo", ["--json", "nbd+unix:///ro?socket=\(socket)"])
            #expect(readOnly.output.contains("\"is_read_only\": true"), "\(readOnly)")
            let none = try await run("nbdinfo", ["nbd+unix:///nothing?socket=\(socket)"])
            #expect(none.status != "exited(0)")
        }
    }

    @Test func nbdcopyReadsAndWritesEveryByte() async throws {
        let size = 3 << 20
        let source = MemoryDisk(Self.noise(size))
        let target = MemoryDisk([UInt8](repeating: 0, count: size))
        try await withServer(["a": source, "b": target]) { folder, socket in
            let out = try await run("nbdcopy", ["--flush", "nbd+unix:///a?socket=\(socket)", folder + "/file"])
            #expect(out.status == "exited(0)", "\(out)")
            #expect([UInt8](try Data(contentsOf: URL(filePath: folder + "/file"))) == Self.noise(size))
            let back = try await run("nbdcopy", ["--flush", folder + "/file", "nbd+unix:///b?socket=\(socket)"])
            #expect(back.status == "exited(0)", "\(back)")
        }
        target.state.withLock {
            #expect($0.bytes == Self.noise(size))
            #expect($0.flushes > 0)
            #expect($0.acknowledged == $0.writes + $0.flushes)
        }
    }

    @Test func qemuIoWritesFlushesAndForces() async throws {
        let disk = MemoryDisk([UInt8](repeating: 0, count: 1 << 20))
        try await withServer(["d": disk]) { _, socket in
            let done = try await run(
                "qemu-io",
                [
                    "-f", "raw", "-c", "write -P 0xab 4096 8192", "-c", "write -f -P 0xcd 512 512", "-c", "flush",
                    "-c", "read -P 0xab 4096 8192", "-c", "write -z 4096 4096", "-c", "read -P 0 4096 4096",
                    "nbd+unix:///d?socket=\(socket)",
                ])
            #expect(done.status == "exited(0)", "\(done)")
            #expect(!done.output.contains("verification failed"), "\(done)")
        }
        disk.state.withLock {
            #expect($0.bytes[512..<1024].allSatisfy { $0 == 0xcd })
            #expect($0.forced >= 1)
            #expect($0.flushes >= 1)
        }
    }

    @Test func aReadOnlyDiskRefusesWrites() async throws {
        let disk = MemoryDisk(Self.noise(4096), isReadOnly: true)
        try await withServer(["d": disk]) { _, socket in
            let done = try await run(
                "qemu-io", ["-f", "raw", "-c", "write 0 512", "nbd+unix:///d?socket=\(socket)"])
            #expect(done.status != "exited(0)")
        }
        #expect(disk.state.withLock { $0.writes } == 0)
    }
}

import Foundation
import Subprocess
import SystemPackage
import Testing

/// Where the lab that is killed lives: a state folder, on a disk of its own where root makes one, and a clock that can
/// be stepped.
struct KillGround: Sendable {
    let state: String
    /// The process in whose mount namespace the disk is; nil without a disk of its own.
    private let holder: Int32?

    /// The state folder as this process sees it.
    var files: String { holder.map { "/proc/\($0)/root\(state)" } ?? state }
    var socket: String { state + ".sock" }
    var clock: String { state + ".clock" }
    var canFillDisk: Bool { holder != nil }

    private static let library = Programs.folder + "/libSteppedClock.so"

    /// Words that start a daemon here.
    var wrapper: [String] {
        // What it says when it does not come so far as its log.
        let said = ["sh", "-c", "exec \"$@\" 2>>\(state).err", "sh"]
        return entrance + said + ["env", "LD_PRELOAD=\(Self.library)", "STEPPED_CLOCK=\(clock)"]
    }

    /// - Parameter size: of the disk, in MiB.
    static func with(size: Int, _ body: @escaping @Sendable (KillGround) async throws -> Void) async throws {
        let state = try temporaryFolder()
        defer {
            for end in ["", ".yaml", ".sock", ".clock", ".err", ".types", ".ground"] {
                try? FileManager.default.removeItem(atPath: state + end)
            }
        }
        #expect(FileManager.default.fileExists(atPath: library), "no \(library)")
        try Data(count: 8).write(to: URL(filePath: state + ".clock"))
        guard FullDiskTests.canMount else { return try await body(KillGround(state: state, holder: nil)) }
        let script =
            "mount -t tmpfs -o size=\(size)m,mode=700 tmpfs \"$0\" && : >\"$0/.mounted\" && exec sleep infinity"
        _ = try await Subprocess.run(
            .name("setpriv"),
            arguments: ["--pdeathsig", "KILL", "--", "unshare", "-m", "--", "sh", "-c", script, state],
            input: .none, output: .discarded, error: .discarded
        ) { execution in
            let ground = KillGround(state: state, holder: execution.processIdentifier.value)
            for _ in 0..<200 where !FileManager.default.fileExists(atPath: ground.files + "/.mounted") {
                try await Task.sleep(for: .milliseconds(20))
            }
            defer { try? execution.send(signal: .kill) }
            try await body(ground)
        }
    }

    /// Steps the wall clock that labd sees to so far from the host's.
    func setClock(_ offset: Duration) throws {
        let file = try FileDescriptor.open(clock, .writeOnly)
        let nanoseconds = offset.components.seconds * 1_000_000_000
        try file.closeAfter {
            _ = try withUnsafeBytes(of: nanoseconds) { try file.writeAll(toAbsoluteOffset: 0, $0) }
        }
    }

    /// The words that start a program which sees the state folder as labd does.
    var entrance: [String] { holder.map { ["nsenter", "--mount=/proc/\($0)/ns/mnt", "--"] } ?? ["env"] }

    /// Lets `body` read a copy of the database as it lies on the disk, with what its log holds. The copy is what a crash
    /// would leave, and nothing of what reads it comes back to labd.
    ///
    /// - Returns: nil when there is no database yet.
    func withCopy<Value>(_ body: (String) throws -> Value) throws -> Value? {
        guard FileManager.default.fileExists(atPath: files + "/labd.sqlite") else { return nil }
        let copy = state + ".copy"
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy + end) } }
        for end in ["", "-wal"] where FileManager.default.fileExists(atPath: files + "/labd.sqlite" + end) {
            try FileManager.default.copyItem(atPath: files + "/labd.sqlite" + end, toPath: copy + end)
        }
        return try body(copy)
    }

    func fillDisk() throws { try FullDiskTests.fill(files + "/filler") }

    func freeDisk() { try? FileManager.default.removeItem(atPath: files + "/filler") }
}

import Foundation
import Glibc
import LabModel
import LabStore

/// Brings a backup back as a state folder: first into a new folder beside it, checked there, and only then in its place.
struct StateRestore {
    let source: String
    let places: StatePlaces
    /// Whether a state folder that is there is put aside.
    var replaces = false
    var clock: any LabClock = SystemLabClock()

    struct Outcome {
        var manifest: BackupManifest
        /// Where the state folder that was there is now.
        var aside: String?
        var findings: [StateFinding]
    }

    /// - Throws: `configuration` when the backup is damaged, the state folder is in use or there already,
    ///   `infrastructure` when something cannot be copied. Then nothing has changed.
    func run() throws(Failure) -> Outcome {
        let manifest = try BackupManifest(of: source)
        let lock = try claim()
        defer { withExtendedLifetime(lock) {} }
        let part = places.root + ".restoring"
        guard HostEntry.remove(part) else {
            throw Failure(.configuration, "what an earlier restore left cannot be removed", at: part)
        }
        do throws(Failure) {
            try StateBackup.makeFolder(part)
            for file in manifest.files { try copy(file, to: part) }
            let restored = StatePlaces(root: part)
            try RestoredStore(path: restored.database).age(at: clock.wall())
            let findings = try StateCheck(places: restored, isServed: false).run()
            if let error = findings.first(where: { $0.severity == .error }) {
                throw Failure(
                    .configuration, "what came of the backup is not sound: \(error.message)", at: source,
                    advice: "take another backup")
            }
            for rest in ["-wal", "-shm"] { _ = HostEntry.remove(restored.database + rest) }
            return Outcome(manifest: manifest, aside: try place(part), findings: findings)
        } catch {
            _ = HostEntry.remove(part)
            throw error
        }
    }

    /// Makes sure that nobody uses the state folder, and keeps it so.
    private func claim() throws(Failure) -> StoreLock? {
        guard HostEntry(places.root) != nil, !HostEntry.names(in: places.root).isEmpty else { return nil }
        // A labd that runs is said first: whoever meant another folder learns it.
        let lock = HostEntry(places.database) == nil ? nil : try StoreLock(path: places.database + ".lock")
        guard replaces else {
            throw Failure(
                .configuration, "there is a state folder already", at: places.root,
                advice: "name a new one with --state, or put this one aside with --replace")
        }
        return lock
    }

    private func copy(_ file: BackupManifest.File, to folder: String) throws(Failure) {
        let target = "\(folder)/\(file.path)"
        try StateBackup.makeFolder(URL(fileURLWithPath: target).deletingLastPathComponent().path)
        // Never more than the owner's: the manifest is a file that anybody may have edited.
        let copied = try DigestedCopy.copy("\(source)/\(file.path)", to: target, mode: mode_t(file.mode & 0o700))
        guard copied == DigestedCopy.Outcome(size: file.size, sha256: file.sha256) else {
            throw Failure(
                .configuration, "\(file.path) of the backup is not what its manifest says", at: source,
                advice: "take another backup; `labd check \(source)` says what else is damaged")
        }
    }

    private func place(_ part: String) throws(Failure) -> String? {
        var aside: String?
        if HostEntry(places.root) != nil {
            if rmdir(places.root) != 0 {
                let stamp = clock.wall().iso8601.prefix(19).replacing(":", with: "")
                let name = "\(places.root).before-\(stamp)"
                guard rename(places.root, name) == 0 else { throw failure("put aside", places.root) }
                aside = name
            }
        }
        guard rename(part, places.root) == 0 else { throw failure("put in its place", part) }
        HostEntry.synchronize(folder: URL(fileURLWithPath: places.root).deletingLastPathComponent().path)
        return aside
    }

    private func failure(_ what: String, _ path: String) -> Failure {
        Failure(
            .infrastructure, "the state folder cannot be \(what): \(String(cString: strerror(errno)))", at: path)
    }
}

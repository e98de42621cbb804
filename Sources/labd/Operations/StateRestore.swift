import Foundation
import Glibc
import LabModel
import LabStore

/// Brings a backup back as a state folder: first into a new folder beside it, checked there, and only then in its place.
///
/// The keeper of GPIO lines runs on meanwhile. Its socket, and what is remembered of it, move into the new folder: a labd
/// that did not find it would start another one, which gets none of the lines.
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
        let part = places.root + ".restoring"
        try bringBack(from: StatePlaces(root: part))
        let lock = try claim()
        defer { withExtendedLifetime(lock) {} }
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

    /// A restore that was killed between its last steps has the keeper's socket, and what it left is removed next.
    private func bringBack(from part: StatePlaces) throws(Failure) {
        guard part.hasKeeper, HostEntry(places.root) == nil else { return }
        try StateBackup.makeFolder(places.root)
        try part.handOver(to: places)
    }

    /// Makes sure that nobody uses the state folder, and keeps it so.
    private func claim() throws(Failure) -> StoreLock? {
        guard HostEntry(places.root) != nil, !places.hasNoMemory else { return nil }
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
        if HostEntry(places.root) == nil || rmdir(places.root) == 0 {
            try giveName(part)
        } else {
            let stamp = clock.wall().iso8601.prefix(19).replacing(":", with: "")
            let old = StatePlaces(root: "\(places.root).before-\(stamp)")
            guard rename(places.root, old.root) == 0 else { throw failure("put aside", places.root) }
            let new = StatePlaces(root: part)
            do throws(Failure) {
                try old.handOver(to: new)
                try giveName(part)
            } catch {
                // As it was: what is in `part` is removed next.
                try? new.handOver(to: old)
                _ = rename(old.root, places.root)
                throw error
            }
            // Nothing is left of one that had no memory.
            if rmdir(old.root) != 0 { aside = old.root }
        }
        HostEntry.synchronize(folder: URL(fileURLWithPath: places.root).deletingLastPathComponent().path)
        return aside
    }

    private func giveName(_ part: String) throws(Failure) {
        guard rename(part, places.root) == 0 else { throw failure("put in its place", part) }
    }

    private func failure(_ what: String, _ path: String) -> Failure {
        Failure(
            .infrastructure, "the state folder cannot be \(what): \(String(cString: strerror(errno)))", at: path)
    }
}

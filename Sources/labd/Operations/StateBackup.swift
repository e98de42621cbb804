import Foundation
import Glibc
import LabModel
import LabStore

/// Copies a lab's memory from beside a labd that goes on writing it.
struct StateBackup {
    let places: StatePlaces
    let target: String
    /// Whether the recordings of power cuts go along: disks, often of gigabytes. Their reports always do.
    var takesRecordings = false
    /// Whether the transcripts of consoles go along.
    var takesConsoles = false
    var clock: any LabClock = SystemLabClock()

    /// - Throws: `configuration` when the target or the state folder cannot be used, `infrastructure` when something
    ///   cannot be copied. Then nothing is left behind.
    func run() throws(Failure) -> BackupManifest {
        try check()
        let part = target + ".part"
        guard HostEntry.remove(part), mkdir(part, 0o700) == 0 else {
            throw Failure(
                .configuration, "the backup's folder cannot be made: \(String(cString: strerror(errno)))", at: part,
                advice: "choose another one, in a folder that is there")
        }
        do throws(Failure) {
            let manifest = try copy(to: part)
            // An empty folder gives way; whatever is in one does not.
            guard rename(part, target) == 0 else {
                throw Failure(
                    .configuration, "the backup cannot get its name: \(String(cString: strerror(errno)))", at: target)
            }
            HostEntry.synchronize(folder: URL(fileURLWithPath: target).deletingLastPathComponent().path)
            return manifest
        } catch {
            _ = HostEntry.remove(part)
            throw error
        }
    }

    private func check() throws(Failure) {
        if HostEntry(target) != nil, !HostEntry.names(in: target).isEmpty || HostEntry(target)?.isFolder == false {
            throw Failure(
                .configuration, "there is something already", at: target, advice: "name a folder that is not there yet")
        }
        let state = URL(fileURLWithPath: places.root).resolvingSymlinksInPath().path
        let parent = URL(fileURLWithPath: target).deletingLastPathComponent().resolvingSymlinksInPath().path
        guard parent != state, !parent.hasPrefix(state + "/") else {
            throw Failure(
                .configuration, "a backup does not belong into the state folder", at: target,
                advice: "name a folder on another disk")
        }
    }

    private func copy(to folder: String) throws(Failure) -> BackupManifest {
        let snapshot = try StoreSnapshot(path: places.database)
        // From here on retention removes nothing that the copy of the database still names.
        let lock = try MaintenanceLock(state: places.root, .backup)
        defer { withExtendedLifetime(lock != nil) {} }
        let database = folder + "/labd.sqlite"
        try snapshot.copy(to: database)
        for rest in ["-wal", "-shm", "-journal"] { _ = HostEntry.remove(database + rest) }
        chmod(database, 0o600)
        let copied = try StoreSnapshot(path: database)
        let facts = try copied.facts()
        let jobs = try copied.known(among: Set(logs.map(\.job)))
        var files: [BackupManifest.File] = []
        for name in single + logs.filter({ jobs.contains($0.job) }).map(\.path) + folders {
            if let file = try copyFile(name, to: folder) { files.append(file) }
        }
        // Reading it may have made files beside it.
        for rest in ["-wal", "-shm"] { _ = HostEntry.remove(database + rest) }
        files.append(try seal(database, name: "labd.sqlite"))
        let manifest = BackupManifest(
            version: labdVersion, created: clock.wall(), state: places.root, database: facts,
            files: files.sorted { $0.path < $1.path })
        try manifest.write(to: folder)
        HostEntry.synchronize(folder: folder)
        return manifest
    }

    /// Small files of their own.
    private var single: [String] {
        [places.token, places.wear].map { String($0.dropFirst(places.root.count + 1)) }
    }

    private var logs: [(job: JobID, path: String)] {
        let folder = String(places.jobLogs.dropFirst(places.root.count + 1))
        return HostEntry.names(in: places.jobLogs).compactMap { name in
            guard name.hasSuffix(".jsonl"), let job = JobID(name.dropLast(6)) else { return nil }
            return (job, "\(folder)/\(name)")
        }
    }

    private var folders: [String] {
        var found: [String] = []
        let cuts = String(places.powerCuts.dropFirst(places.root.count + 1))
        found += HostEntry.files(below: places.powerCuts)
            .filter { takesRecordings || !Self.isRecording($0) }.map { "\(cuts)/\($0)" }
        if takesConsoles {
            let consoles = String(places.consoles.dropFirst(places.root.count + 1))
            found += HostEntry.files(below: places.consoles).map { "\(consoles)/\($0)" }
        }
        return found
    }

    /// The disks and the writes of a recording; the rest of its folder is small.
    static func isRecording(_ path: String) -> Bool {
        [".img", ".trace"].contains { path.hasSuffix($0) }
    }

    /// - Returns: nil when the file is not there any more, or never was.
    private func copyFile(_ name: String, to folder: String) throws(Failure) -> BackupManifest.File? {
        guard let entry = HostEntry("\(places.root)/\(name)"), entry.isFile else { return nil }
        let target = "\(folder)/\(name)"
        try Self.makeFolder(URL(fileURLWithPath: target).deletingLastPathComponent().path)
        do throws(Failure) {
            let copied = try DigestedCopy.copy(entry.path, to: target, mode: entry.mode, limit: entry.size)
            return BackupManifest.File(
                path: name, size: copied.size, sha256: copied.sha256, mode: UInt32(entry.mode))
        } catch {
            // Files of a campaign come and go while it runs.
            guard HostEntry(entry.path) == nil else { throw error }
            _ = HostEntry.remove(target)
            return nil
        }
    }

    private func seal(_ path: String, name: String) throws(Failure) -> BackupManifest.File {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 {
            fsync(descriptor)
            close(descriptor)
        }
        let found = try DigestedCopy.digest(of: path)
        return BackupManifest.File(path: name, size: found.size, sha256: found.sha256, mode: 0o600)
    }

    static func makeFolder(_ path: String) throws(Failure) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure(.infrastructure, "a folder cannot be made: \(error.localizedDescription)", at: path)
        }
    }
}

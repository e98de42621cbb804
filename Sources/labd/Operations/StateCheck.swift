import Foundation
import Glibc
import LabModel
import LabStore

/// Holds a state folder, or a backup, against what must be true of it.
struct StateCheck {
    let places: StatePlaces
    /// Whether a labd runs on it; nil finds out.
    var isServed: Bool?
    /// Whether cached images are read and held against their digests too.
    var readsImages = false

    private static let most = 20

    /// - Throws: `configuration` when there is no database or it cannot be opened.
    func run() throws(Failure) -> [StateFinding] {
        var findings: [StateFinding] = []
        let isBackup = HostEntry("\(places.root)/\(BackupManifest.name)") != nil
        if isBackup { findings += try BackupManifest(of: places.root).damage(in: places.root) }
        if findings.contains(where: { $0.severity == .error }) { return findings }
        // Before the database: a log that comes after it is of a job that it does not know.
        let logs = HostEntry.names(in: places.jobLogs)
        let cuts = HostEntry.names(in: places.powerCuts)
        let isServed = isServed ?? StateCheck.isServed(places)
        let (found, expectations) = try StoreCheck(try StoreSnapshot(path: places.database), isServed: isServed).run()
        findings += found
        if found.contains(where: { $0.severity == .error && $0.subject == "database" }) { return findings }
        findings += check(logs: logs, expectations) + check(cuts: cuts, expectations)
        if !isBackup { findings += token }
        if readsImages { findings += images }
        return findings
    }

    /// Whether somebody holds the lock of the database, as the kernel tells it: to try it would be in the way of a labd
    /// that starts just now.
    static func isServed(_ places: StatePlaces) -> Bool {
        guard let lock = HostEntry(places.database + ".lock"),
            let table = try? String(contentsOfFile: "/proc/locks", encoding: .utf8)
        else { return false }
        return table.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            return fields.contains("FLOCK") && fields.contains { $0.hasSuffix(":\(lock.inode)") }
        }
    }

    private func check(logs names: [String], _ expected: StoreCheck.Logs) -> [StateFinding] {
        let present = Set(names.compactMap { $0.hasSuffix(".jsonl") ? JobID($0.dropLast(6)) : nil })
        let strange = present.subtracting(expected.jobs).filter { job in
            // One that was submitted since the folder was read is none of it.
            expected.jobs.max().map { job < $0 } ?? true
        }
        return Self.listed(
            strange.sorted(), .warning, "logs", { "there is a log of job \($0), and no such job" },
            "nothing refers to it: keep it elsewhere or remove logs/jobs/%.jsonl")
            + Self.listed(
                // One that ran since the folder was read has its log by now.
                expected.expected.subtracting(present).sorted().filter {
                    HostEntry("\(places.jobLogs)/\($0).jsonl") == nil
                }, .warning, "logs",
                { "job \($0) ran, and its log is missing" },
                "look for it in a backup; with `retention: logs` it is forgotten when its time comes")
            + Self.listed(
                expected.removed.intersection(present).sorted(), .note, "logs",
                { "retention has forgotten the log of job \($0), and its file is there yet" },
                "the next look of retention removes it: lablctl retention --run")
    }

    private func check(cuts names: [String], _ expected: StoreCheck.Logs) -> [StateFinding] {
        let strange = names.filter { name in
            guard let job = JobID(name.prefix { $0 != "-" }) else { return true }
            return !expected.jobs.contains(job) && expected.jobs.max().map { job < $0 } ?? true
        }
        return strange.prefix(Self.most).map { name in
            StateFinding(
                .warning, "power cuts", "there is a recording \(name.prefix(80)), and no such job",
                advice: "nothing refers to it: keep it elsewhere or remove powercut/\(name.prefix(80))")
        }
    }

    private var token: [StateFinding] {
        guard let token = HostEntry(places.token), token.mode & 0o077 != 0 else { return [] }
        return [
            StateFinding(
                .error, "token", "others than the owner may read the token (mode \(String(token.mode, radix: 8)))",
                advice: "chmod 600 \(places.token); then remove it and restart labd: it makes a new one")
        ]
    }

    private var images: [StateFinding] {
        let folder = places.images + "/files"
        return HostEntry.names(in: folder).filter { $0.utf8.count == 64 }.compactMap { name in
            do throws(Failure) {
                guard try DigestedCopy.digest(of: "\(folder)/\(name)").sha256 != name else { return nil }
                return StateFinding(
                    .warning, "images", "the cached image \(name) is not what it was",
                    advice: "remove cache/images/files/\(name) while labd is stopped; it is downloaded again")
            } catch {
                // The cache may have let it go meanwhile.
                return nil
            }
        }
    }

    private static func listed(
        _ jobs: [JobID], _ severity: StateFinding.Severity, _ subject: String, _ message: (JobID) -> String,
        _ advice: String
    ) -> [StateFinding] {
        let shown = jobs.prefix(most).map {
            StateFinding(severity, subject, message($0), advice: advice.replacing("%", with: $0.description))
        }
        guard jobs.count > most else { return shown }
        return shown + [StateFinding(severity, subject, "and \(jobs.count - most) more of the same kind")]
    }
}

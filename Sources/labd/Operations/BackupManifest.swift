import Foundation
import LabModel
import LabStore

/// What a backup holds: written last, so that a folder with one is a whole backup.
struct BackupManifest: Codable, Equatable {
    static let name = "manifest.json"
    static let format = 1
    private static let sizeLimit = 256 << 20

    struct File: Codable, Equatable {
        /// Below the backup's folder.
        var path: String
        var size: Int64
        var sha256: String
        /// Such as 384 for 0600.
        var mode: UInt32
    }

    var format = Self.format
    /// Of the labd that made it.
    var version: String
    /// ISO 8601, UTC.
    var created: String
    /// The state folder it was made of.
    var state: String
    var database: StoreSnapshot.Facts
    var files: [File]

    /// All bytes it holds.
    var size: Int64 { files.reduce(0) { $0 + $1.size } }

    /// - Throws: `configuration` when `folder` is no backup, or one of a newer labd.
    init(of folder: String) throws(Failure) {
        let path = folder + "/" + Self.name
        guard let data = FileManager.default.contents(atPath: path), data.count <= Self.sizeLimit else {
            throw Failure(
                .configuration, "this folder is no backup: it has no \(Self.name)", at: folder,
                advice: "`labd backup` makes one; one that was broken off has none")
        }
        do {
            self = try JSONDecoder().decode(BackupManifest.self, from: data)
        } catch {
            throw Failure(.configuration, "the manifest of the backup is damaged", at: path)
        }
        guard format == Self.format else {
            throw Failure(.configuration, "the backup is of another labd (format \(format))", at: path)
        }
        for file in files {
            let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
            guard !parts.isEmpty, !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else {
                throw Failure(.configuration, "the manifest names the file `\(file.path.prefix(120))`", at: path)
            }
        }
    }

    init(version: String, created: WallTime, state: String, database: StoreSnapshot.Facts, files: [File]) {
        self.version = version
        self.created = created.iso8601
        self.state = state
        self.database = database
        self.files = files
    }

    /// - Throws: `infrastructure`.
    func write(to folder: String) throws(Failure) {
        let path = folder + "/" + Self.name
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let file = try FileHandle(forWritingTo: Self.made(path))
            defer { try? file.close() }
            try file.write(contentsOf: try encoder.encode(self))
            try file.synchronize()
        } catch {
            throw Failure(
                .infrastructure, "the manifest cannot be written: \(error.localizedDescription)", at: path)
        }
    }

    private static func made(_ path: String) -> URL {
        _ = FileManager.default.createFile(
            atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        return URL(fileURLWithPath: path)
    }

    /// What of the backup is not what its manifest says, each in a sentence.
    func damage(in folder: String) -> [StateFinding] {
        files.compactMap { file in
            let advice = "take another backup; this one cannot be restored"
            do throws(Failure) {
                let found = try DigestedCopy.digest(of: "\(folder)/\(file.path)")
                guard found != DigestedCopy.Outcome(size: file.size, sha256: file.sha256) else { return nil }
                return StateFinding(
                    .error, "backup", "\(file.path) is not what the manifest says of it", advice: advice)
            } catch {
                return StateFinding(.error, "backup", "\(file.path): \(error.message)", advice: advice)
            }
        }
    }
}

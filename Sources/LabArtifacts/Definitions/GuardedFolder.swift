import Glibc
import LabModel

/// A folder that holds a stranger's files: nothing is read or made through a link that leaves it.
struct GuardedFolder {
    let path: String

    /// The text of a file inside.
    ///
    /// - Throws: `job` when it is missing, leads out, is no UTF-8, or is larger than `limit` bytes.
    func text(of name: String, limit: Int) throws -> String {
        let file = try HostFile.read(try existing(name))
        guard try file.size() <= limit else { throw Failure(.job, "`\(name)` is larger than \(limit) bytes") }
        guard let text = String(validating: try file.bytes(at: 0, count: limit), as: UTF8.self) else {
            throw Failure(.job, "`\(name)` is not UTF-8 text")
        }
        return text
    }

    private func existing(_ name: String) throws(Failure) -> String {
        let parts = try ArchivePath.components(name)
        guard let root = HostFolder.resolved(path),
            let real = HostFolder.resolved(path + "/" + parts.joined(separator: "/"))
        else { throw Failure(.job, "there is no file `\(ArchivePath.shown(name))`") }
        guard HostFolder.contains(root, real) else {
            throw Failure(.job, "`\(ArchivePath.shown(name))` leads out of its folder")
        }
        return real
    }

    /// Creates a new folder inside, with what is missing above it.
    ///
    /// - Throws: `job` when the name leads out or is taken.
    func newFolder(_ name: String) throws -> String {
        let parts = try ArchivePath.components(name)
        guard !parts.isEmpty else { throw Failure(.job, "a folder has no name") }
        var current = path
        for (index, part) in parts.enumerated() {
            current += "/" + part
            switch try HostFolder.kind(of: current) {
            case nil: try HostFolder.create(current)
            case S_IFDIR where index < parts.count - 1: continue
            default: throw Failure(.job, "`\(ArchivePath.shown(name))` is taken already")
            }
        }
        return current
    }
}

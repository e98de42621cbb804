import LabModel

/// A name from an archive or a job, as components that stay below their root.
enum ArchivePath {
    /// - Throws: `job` for an absolute path, a `..`, control characters, and anything longer than file systems take.
    static func components(_ path: String, maximumDepth: Int = 64) throws(Failure) -> [String] {
        guard !path.hasPrefix("/") else { throw Failure(.job, "holds an absolute path: `\(shown(path))`") }
        guard path.utf8.count <= 4096 else {
            throw Failure(.job, "holds a path that is too long: `\(shown(path))`")
        }
        guard !path.utf8.contains(where: isControl) else {
            throw Failure(.job, "holds a path with control characters: `\(shown(path))`")
        }
        let parts = path.split(separator: "/").filter { $0 != "." }
        guard !parts.contains("..") else { throw Failure(.job, "holds a path that leads out: `\(shown(path))`") }
        guard parts.count <= maximumDepth, parts.allSatisfy({ $0.utf8.count <= 255 }) else {
            throw Failure(.job, "holds a path that is too deep or too long: `\(shown(path))`")
        }
        return parts.map(String.init)
    }

    /// Whether a link at `link` to `target` stays below the root, whatever other links there are: `..` is allowed
    /// only at the start, where the folders it leaves are real ones.
    static func linkStaysInside(at link: [String], target: String) -> Bool {
        if target.isEmpty || target.hasPrefix("/") || target.utf8.count >= 4096 { return false }
        if target.utf8.contains(where: isControl) { return false }
        let parts = target.split(separator: "/").filter { $0 != "." }
        let climbs = parts.prefix { $0 == ".." }.count
        return climbs <= link.count - 1 && !parts.dropFirst(climbs).contains("..")
    }

    /// Cut for a message, on one line.
    static func shown(_ path: String) -> String {
        // By bytes first: a character can be as long as the whole path.
        let start = String(decoding: path.utf8.prefix(480), as: UTF8.self)
        let plain = String(
            start.unicodeScalars.prefix(120).map { $0.value < 0x20 || $0.value == 0x7f ? "?" : Character($0) })
        return plain.utf8.count == path.utf8.count ? plain : plain + "…"
    }

    private static func isControl(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x7f
    }
}

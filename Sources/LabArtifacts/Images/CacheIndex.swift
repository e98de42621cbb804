import LabModel

/// Remembers which file each URL gave, one small text file a URL.
struct CacheIndex: Sendable {
    /// What a URL gave last, with the server's validators.
    struct Entry: Hashable, Sendable {
        var sha256: String
        var etag: String?
        var lastModified: String?
    }

    private let folder: String

    init(folder: String) {
        self.folder = folder
    }

    /// - Parameter key: what tells requests apart, hashed; see `DownloadKey`.
    func entry(for key: String) -> Entry? {
        guard let file = try? HostFile.read(folder + "/" + key), let bytes = try? file.bytes(at: 0, count: 4096) else {
            return nil
        }
        var fields: [Substring: String] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            guard let space = line.firstIndex(of: " ") else { continue }
            fields[line[..<space]] = String(line[line.index(after: space)...])
        }
        guard let sha256 = fields["sha256"], sha256.utf8.count == 64 else { return nil }
        return Entry(sha256: sha256, etag: fields["etag"], lastModified: fields["last-modified"])
    }

    func store(_ entry: Entry, for key: String) throws {
        var text = "sha256 \(entry.sha256)\n"
        // Headers hold no line ends; what is too long to be a sane validator is not kept.
        for (name, value) in [("etag", entry.etag), ("last-modified", entry.lastModified)] {
            if let value, value.utf8.count <= 1024, !value.contains(where: \.isNewline) { text += "\(name) \(value)\n" }
        }
        let part = folder + "/" + key + ".part"
        try HostFile.replace(part).write(Array(text.utf8), at: 0)
        try HostFolder.rename(part, to: folder + "/" + key)
    }

    /// The next request for `key` asks for the whole file.
    func remove(_ key: String) {
        // An entry that cannot be removed is right about what the URL gave.
        try? HostFolder.remove(folder + "/" + key)
    }
}

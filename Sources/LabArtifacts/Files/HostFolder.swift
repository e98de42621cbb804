import Glibc

/// Folders of the host.
enum HostFolder {
    /// Creates `path` and what is missing above it.
    static func create(_ path: String, mode: mode_t = 0o755) throws {
        if mkdir(path, mode) == 0 { return }
        switch errno {
        case EEXIST:
            guard try kind(of: path) == S_IFDIR || resolved(path) != nil else {
                throw HostError("create folder", path, code: ENOTDIR)
            }
        case ENOENT:
            guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
                throw HostError("create folder", path, code: ENOENT)
            }
            try create(String(path[..<slash]), mode: mode)
            if mkdir(path, mode) != 0, errno != EEXIST { throw HostError("create folder", path) }
        default:
            throw HostError("create folder", path)
        }
    }

    /// The names in `path`, sorted, without `.` and `..`.
    static func names(in path: String) throws -> [String] {
        guard let stream = opendir(path) else { throw HostError("list", path) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The file type bits of `path`, links not followed; nil when there is nothing.
    static func kind(of path: String) throws -> mode_t? {
        try status(of: path).map { $0.st_mode & S_IFMT }
    }

    /// Links are not followed; nil when there is nothing.
    static func status(of path: String) throws -> stat? {
        var status = stat()
        if lstat(path, &status) == 0 { return status }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw HostError("stat", path)
    }

    /// The absolute path with all links resolved; nil when there is nothing.
    static func resolved(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    static func linkTarget(of path: String) throws -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { chars in
                chars.baseAddress.map { readlink(path, $0, chars.count) } ?? -1
            }
        }
        guard count >= 0 else { throw HostError("read link", path) }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// Whether `path` is `folder` or below it. Both must be resolved.
    static func contains(_ folder: String, _ path: String) -> Bool {
        folder == "/" || path == folder || path.hasPrefix(folder + "/")
    }

    /// Removes `path` and all below it; nothing there is fine. Links are removed, never followed.
    static func remove(_ path: String) throws {
        guard let kind = try kind(of: path) else { return }
        if kind == S_IFDIR {
            for name in try names(in: path) { try remove(path + "/" + name) }
            if rmdir(path) != 0, errno != ENOENT { throw HostError("remove", path) }
        } else if unlink(path) != 0, errno != ENOENT {
            throw HostError("remove", path)
        }
    }

    /// Removes all below `path`.
    static func empty(_ path: String) throws {
        for name in try names(in: path) { try remove(path + "/" + name) }
    }

    static func rename(_ source: String, to target: String) throws {
        guard Glibc.rename(source, target) == 0 else { throw HostError("rename", source) }
    }
}

import Glibc
public import LabModel

/// A file or folder of the host, links not followed.
public struct HostEntry: Sendable {
    public let path: String
    public let isFolder: Bool
    public let isFile: Bool
    /// What it holds, in bytes.
    public let size: Int64
    /// What it takes on the disk, in bytes: less than `size` for a file with holes.
    public let space: Int64
    public let modified: WallTime
    /// Permissions, `st_mode & 0o777`.
    public let mode: UInt32
    public let inode: UInt64

    /// Nil when there is nothing.
    public init?(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.path = path
        isFolder = status.st_mode & S_IFMT == S_IFDIR
        isFile = status.st_mode & S_IFMT == S_IFREG
        size = Int64(status.st_size)
        space = Int64(status.st_blocks) * 512
        modified = WallTime(
            nanoseconds: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
        mode = UInt32(status.st_mode & 0o777)
        inode = UInt64(status.st_ino)
    }

    /// The names in a folder, sorted; empty when there is none.
    public static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
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

    /// Files below a folder, by their path below it. Links and whatever else is no file are left out.
    public static func files(below folder: String, depth: Int = 8) -> [String] {
        names(in: folder).flatMap { name -> [String] in
            guard let entry = HostEntry("\(folder)/\(name)") else { return [] }
            if entry.isFile { return [name] }
            guard entry.isFolder, depth > 0 else { return [] }
            return files(below: entry.path, depth: depth - 1).map { "\(name)/\($0)" }
        }
    }

    /// What a file or all files below a folder take on the disk, in bytes.
    public static func space(of path: String) -> Int64 {
        guard let entry = HostEntry(path) else { return 0 }
        guard entry.isFolder else { return entry.space }
        return names(in: path).reduce(entry.space) { $0 + space(of: "\(path)/\($1)") }
    }

    /// Removes a file, or a folder with all below it. Links are removed, never followed.
    ///
    /// - Returns: whether it is gone.
    public static func remove(_ path: String) -> Bool {
        guard let entry = HostEntry(path) else { return true }
        guard entry.isFolder else { return unlink(path) == 0 || errno == ENOENT }
        let isEmpty = names(in: path).reduce(true) { remove("\(path)/\($1)") && $0 }
        return isEmpty && rmdir(path) == 0
    }

    /// The space of the file system that `path` is on; nil when it cannot be told.
    public static func space(around path: String) -> DiskSpace? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        let unit = Int64(status.f_frsize)
        return DiskSpace(free: Int64(status.f_bavail) * unit, capacity: Int64(status.f_blocks) * unit)
    }

    /// Returns once the names in a folder are on the disk.
    public static func synchronize(folder: String) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}

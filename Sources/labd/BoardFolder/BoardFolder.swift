import Glibc
import LabModel

/// The folder with one file a board, `NAME.yaml`. What editors leave beside their files is passed over.
struct BoardFolder: Hashable, Sendable {
    let path: String
    /// Whether labd starts without it.
    let isOptional: Bool

    /// One board file as it is on the disk.
    struct File: Hashable, Sendable {
        /// The board's name: the file's, without its ending.
        var name: String
        var path: String
        /// Its text, or why there is none.
        var text: Result<String, Diagnostic>
    }

    /// What is in the folder at one moment.
    struct Listing: Hashable, Sendable {
        /// Sorted by name.
        var files: [File]
        /// What is wrong with the folder itself, or with files that are no board files.
        var problems: [Diagnostic]
    }

    enum Contents: Hashable, Sendable {
        case listed(Listing)
        case missing
        case unreadable(String)
    }

    /// Boards of one lab.
    static let mostFiles = 2000
    /// Largest board file, in bytes.
    static let largestFile = 64 << 10
    /// All board files together, in bytes.
    static let mostBytes = 8 << 20

    /// Whether a name in the folder is that of a board file.
    static func isBoardFile(_ name: String) -> Bool {
        name.hasSuffix(".yaml") && name.utf8.count > 5 && !name.hasPrefix(".") && !name.hasPrefix("#")
    }

    /// Reads the folder. Blocks: call it on a thread that may wait.
    ///
    /// - Parameter known: board files that were there before. A list of names that is read while a file is exchanged
    ///   may lack it, so these are asked for by name.
    func contents(known: [String] = []) -> Contents {
        // A folder that is not one of boards at all must not be read for ever.
        guard let all = Self.names(in: path, most: Self.mostFiles * 10) else {
            return errno == ENOENT ? .missing : .unreadable(String(cString: strerror(errno)))
        }
        var names: [String] = []
        var problems: [Diagnostic] = []
        for name in all {
            if Self.isBoardFile(name) {
                names.append(name)
            } else if name.hasSuffix(".yml"), !name.hasPrefix("."), problems.count < 20 {
                problems.append(
                    Diagnostic(
                        .warning, at: place(name), "this is no board file and is passed over",
                        suggestion: "board files end in `.yaml`"))
            }
        }
        names = Set(names).union(known).sorted()
        if names.count > Self.mostFiles || all.count >= Self.mostFiles * 10 {
            problems.append(
                Diagnostic(
                    .error, at: SourcePosition(file: path, line: 1, column: 1),
                    "there are more than \(Self.mostFiles) board files; those that follow in the order of their names "
                        + "are left out", suggestion: "divide them among several labd"))
            names = Array(names.prefix(Self.mostFiles))
        }
        var left = Self.mostBytes
        let files = names.compactMap { name in file(name, left: &left) }
        return .listed(Listing(files: files, problems: problems))
    }

    /// At most `most` names of what is in a folder, in any order; nil with `errno` when it cannot be read.
    static func names(in path: String, most: Int) -> [String]? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var names: [String] = []
        while names.count < most, let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private func place(_ name: String) -> SourcePosition {
        SourcePosition(file: path + "/" + name, line: 1, column: 1)
    }

    /// Nil for what is gone meanwhile, and for folders.
    private func file(_ name: String, left: inout Int) -> File? {
        let stem = String(name.dropLast(5))
        let path = path + "/" + name
        func refused(_ message: String, _ advice: String? = nil) -> File {
            File(
                name: stem, path: path,
                text: .failure(Diagnostic(.error, at: place(name), message, suggestion: advice)))
        }
        // Neither a pipe without a writer nor a device may keep the reader waiting.
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT {
                // A link that leads nowhere is there all the same.
                var target: CChar = 0
                guard readlink(path, &target, 1) >= 0 else { return nil }
                return refused("this link leads to no file", "mend the link, or remove it")
            }
            return refused(
                "the file cannot be read: \(String(cString: strerror(errno)))", "let labd's user read it")
        }
        defer { close(file) }
        // Pipes and terminals cannot be sought in.
        guard lseek(file, 0, SEEK_SET) == 0 else { return refused("this is not a file") }
        var bytes = [UInt8](repeating: 0, count: Self.largestFile + 1)
        var count = 0
        while count < bytes.count {
            let part = bytes.withUnsafeMutableBytes { buffer in
                read(file, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            }
            if part < 0 {
                if errno == EISDIR { return nil }
                guard errno == EINTR else {
                    return refused("the file cannot be read: \(String(cString: strerror(errno)))")
                }
                continue
            }
            if part == 0 { break }
            count += part
        }
        guard count <= Self.largestFile else {
            return refused("the file is larger than \(Self.largestFile >> 10) KiB", "a board file describes one board")
        }
        left -= count
        guard left >= 0 else {
            return refused("the board files together are larger than \(Self.mostBytes >> 20) MiB")
        }
        guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
            return refused("the file is not UTF-8", "save it as UTF-8 text")
        }
        return File(name: stem, path: path, text: .success(text))
    }
}

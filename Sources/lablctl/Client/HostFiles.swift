import Foundation
import Glibc
import LabModel

/// The environment this program was started in.
enum HostEnvironment {
    static var variables: [String: String] { ProcessInfo.processInfo.environment }
}

/// The few things asked of the host's file system.
enum HostFiles {
    /// The owner of the unix socket at `path`; nil when there is none.
    static func socketOwner(_ path: String) -> UInt32? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
        return status.st_uid
    }

    /// Whether a regular file that may be executed stands at `path`.
    static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        return access(path, X_OK) == 0
    }

    /// Where this program was started; empty when it is gone.
    static func currentFolder() -> String { FileManager.default.currentDirectoryPath }

    /// Whether a folder, or a link to one, stands at `path`.
    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether a regular file, or a link to one, stands at `path`.
    static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Whether something stands at `path`.
    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// The folder of this program's file, with links resolved.
    static func programFolder() -> String? {
        guard let resolved = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(resolved) }
        let path = String(cString: resolved)
        return path.lastIndex(of: "/").map { String(path[..<$0]) }
    }

    /// At most `limit` bytes of a file as text; nil when it cannot be read.
    static func readText(_ path: String, limit: Int) -> String? {
        guard let bytes = readBytes(path, limit: limit) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A job's text. `-` reads standard input.
    ///
    /// - Throws: with `notFound` when it cannot be read, with `invalidJob` when it is larger than labd takes (1 MiB)
    ///   or not UTF-8.
    static func readJob(_ path: String) throws(CommandError) -> String {
        let limit = 1 << 20
        guard let bytes = readBytes(path == "-" ? "/dev/stdin" : path, limit: limit + 1) else {
            throw CommandError(.notFound, Failure(.job, "cannot read '\(path)': \(errorText())"))
        }
        guard bytes.count <= limit else {
            throw CommandError(.invalidJob, Failure(.job, "'\(path)' is larger than 1 MiB"))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandError(.invalidJob, Failure(.job, "'\(path)' is not UTF-8 text"))
        }
        return text
    }

    /// The end of a file, at most `lines` lines of its last 16 KiB.
    static func tail(_ path: String, lines: Int) -> [String] {
        guard let bytes = readBytes(path, limit: 1 << 22) else { return [] }
        let text = String(decoding: bytes.suffix(16_384), as: UTF8.self)
        return text.split(separator: "\n").suffix(lines).map(String.init)
    }

    /// The last call's error in words.
    static func errorText() -> String {
        strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
    }

    /// At most `limit` bytes of a file; nil when it cannot be read.
    static func readBytes(_ path: String, limit: Int) -> [UInt8]? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
            let count = fread(&chunk, 1, min(chunk.count, limit - bytes.count), file)
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return ferror(file) == 0 ? bytes : nil
    }
}

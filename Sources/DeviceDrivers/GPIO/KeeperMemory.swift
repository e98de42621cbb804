import Glibc
public import LabModel

/// What labd remembers of lines that the keeper holds for it, over its own death: which keeper it was. A keeper that is
/// another one now, or none, means that the lines moved.
public protocol KeeperMemory: Sendable {
    /// The instance that held `key` last; nil when none did.
    func instance(holding key: String) -> String?
    /// Durable when it returns.
    func remember(_ instance: String, holding key: String) throws(Failure)
}

/// One small file for each key.
public struct KeeperFiles: KeeperMemory {
    private let folder: String

    /// - Parameter folder: made when it is missing.
    public init(folder: String) {
        self.folder = folder
    }

    public func instance(holding key: String) -> String? {
        let file = open(path(key), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = read(file, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }

    public func remember(_ instance: String, holding key: String) throws(Failure) {
        mkdir(folder, 0o700)
        let temporary = path(key) + ".new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        let bytes = Array(instance.utf8)
        let isWritten = file >= 0 && write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        if file >= 0 { close(file) }
        guard isWritten, rename(temporary, path(key)) == 0 else {
            throw Failure(
                .infrastructure, "what is known of GPIO lines cannot be kept: \(String(cString: strerror(errno)))",
                at: folder)
        }
    }

    /// Keys hold slashes and whatever else a name of a chip may hold.
    private func path(_ key: String) -> String {
        let name = key.utf8.map { byte in
            let isPlain =
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            return isPlain ? String(UnicodeScalar(byte)) : "_" + String(byte, radix: 16) + "_"
        }
        return folder + "/" + String(name.joined().prefix(200))
    }
}

import Foundation
import Glibc
import LabModel

/// Puts a listening socket at its path: never over a living one, and never open to others, not even for a moment.
///
/// The socket is bound inside a new folder that only its owner may enter, gets its mode there, and is then renamed
/// to its path, over whatever stale socket lies there.
struct UnixSocketPlace: Sendable {
    let path: String
    /// Where to bind.
    let bindPath: String
    private let folder: String

    /// The longest path that fits `sockaddr_un` with its final zero (unix(7)).
    static let longestPath = 107

    /// - Throws: `configuration` when the path is too long, taken by a listening process or by another kind of
    ///   file, or its folder cannot be written.
    init(path: String) throws(Failure) {
        self.path = path
        try Self.checkVacant(path)
        let parent = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
        var template = Array((parent + ".labd-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Failure(
                .configuration, "the folder of the socket cannot be written: \(Self.reason)", at: parent,
                advice: "choose another path with --socket")
        }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        bindPath = folder + "/s"
        guard bindPath.utf8.count <= Self.longestPath, path.utf8.count <= Self.longestPath else {
            rmdir(folder)
            throw Failure(
                .configuration, "the path of the socket is too long", at: path,
                advice: "choose a shorter one with --socket; what lies beside it leaves \(Self.longestPath - 16) bytes")
        }
    }

    /// Moves the bound socket to its path.
    func publish() throws(Failure) {
        guard chmod(bindPath, 0o600) == 0, rename(bindPath, path) == 0 else {
            let reason = Self.reason
            discard()
            throw Failure(.configuration, "the socket cannot be put in its place: \(reason)", at: path)
        }
        rmdir(folder)
    }

    /// Removes what is left when binding failed.
    func discard() {
        unlink(bindPath)
        rmdir(folder)
    }

    /// Removes the published socket, unless another process has put its own there meanwhile.
    func withdraw() {
        if !Self.somebodyListens(at: path) { unlink(path) }
    }

    private static func checkVacant(_ path: String) throws(Failure) {
        // A link is not followed: it is not a socket.
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return }
        guard attributes[.type] as? FileAttributeType == .typeSocket else {
            throw Failure(
                .configuration, "there is a file that is not a socket at the socket's path", at: path,
                advice: "remove it, or choose another path with --socket")
        }
        if somebodyListens(at: path) {
            throw Failure(
                .configuration, "another process already listens on the socket", at: path,
                advice: "stop it, or choose another folder with --state")
        }
    }

    private static func somebodyListens(at path: String) -> Bool {
        let kind = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let descriptor = socket(AF_UNIX, Int32(kind), 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count <= longestPath else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // A full backlog (EAGAIN) is a listener too; only a refusal or a vanished file is none.
        return result == 0 || (errno != ECONNREFUSED && errno != ENOENT)
    }

    private static var reason: String { String(cString: strerror(errno)) }
}

import Glibc
import LabModel

/// Where a board's sockets and logs are.
enum RuntimeFolder {
    /// The longest path of a unix socket with its final zero is 108 bytes (unix(7)); some programs take fewer.
    static let socketLimit = 103

    /// Makes the folder of `board`, for this user only.
    ///
    /// - Throws: `configuration` when a socket in it would have too long a path or the name is no file name,
    ///   `infrastructure` when it cannot be made.
    static func make(for board: BoardName, in parent: String) throws(Failure) -> String {
        let name = board.rawValue
        guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/"), !name.contains("\0") else {
            throw Failure(.configuration, "'\(name)' cannot be the name of a virtual board")
        }
        let folder = "\(parent)/\(name)"
        guard (folder + "/console").utf8.count <= socketLimit else {
            throw Failure(
                .configuration, "the socket path \(folder)/console is longer than \(socketLimit) bytes",
                advice: "give labd a shorter runtime folder, or the board a shorter name")
        }
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw Failure(.infrastructure, "cannot make \(folder): \(String(cString: strerror(errno)))")
        }
        return folder
    }
}

import Glibc
import LabModel

/// A Python interpreter that has programs by others for the same devices, named by `LABD_DEVICE_TOOLS`. They are:
/// `numato-usb-relay`, `pdudaemon` (without its dependencies, but with pyserial, pexpect, paramiko, pyusb, hidapi,
/// aiohttp, requests and pymodbus) and `jumpstarter-driver-noyito-relay`, all from PyPI.
struct PythonTool {
    let path: String

    init?() {
        guard let path = getenv("LABD_DEVICE_TOOLS") else { return nil }
        self.path = String(cString: path)
    }

    /// Runs a few lines of Python to their end.
    ///
    /// - Returns: what they printed.
    func run(_ lines: String, _ arguments: [String]) throws -> String {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(.infrastructure, "no pipe") }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        var words = ([path, "-c", lines] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child = pid_t()
        let error = posix_spawn(&child, path, &actions, nil, &words, environ)
        close(ends[1])
        guard error == 0 else { throw Failure(.infrastructure, "\(path): \(String(cString: strerror(error)))") }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = read(ends[0], &buffer, buffer.count), count > 0 { output += buffer.prefix(count) }
        var status: Int32 = 0
        waitpid(child, &status, 0)
        let text = String(decoding: output, as: UTF8.self)
        guard status == 0 else { throw Failure(.infrastructure, "a tool failed: \(text.suffix(600))") }
        return text
    }
}

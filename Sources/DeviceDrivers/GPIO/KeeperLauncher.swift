import Glibc
import LabModel

/// Starts the keeper so that nothing that ends labd ends it: in a session of its own, with no parent, and, where labd is
/// a service of systemd, in a unit of its own.
struct KeeperLauncher {
    /// The program; nil looks beside labd and in PATH.
    var program: String?
    var socket: String

    /// Returns once the program was started; it may not listen yet.
    ///
    /// - Throws: `infrastructure` when it cannot be started.
    func launch() throws(Failure) {
        guard let program = program ?? Self.installed() else {
            throw Failure(
                .infrastructure, "lab-keeper is not installed; without it no GPIO line can be held",
                advice: "put it beside labd, or into PATH")
        }
        let keeper = [program, "--socket", socket]
        // Systemd ends every process of a unit with it, whatever its session is.
        if getenv("INVOCATION_ID") != nil,
            Self.run(["systemd-run", "--quiet", "--collect", "--unit=labd-keeper"] + keeper) == 0
        {
            return
        }
        let status = Self.run(["setsid", "--fork"] + keeper)
        guard status == 0 else {
            throw Failure(.infrastructure, "lab-keeper cannot be started: setsid ended with \(status)")
        }
    }

    static func installed() -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        var folders: [String] = []
        if count > 0 {
            let own = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            folders = own.lastIndex(of: "/").map { [String(own[..<$0])] } ?? []
        }
        folders += getenv("PATH").map { String(cString: $0).split(separator: ":").map(String.init) } ?? []
        return folders.map { $0 + "/lab-keeper" }.first { access($0, X_OK) == 0 }
    }

    /// Runs a program of PATH to its end, with nothing to read and nowhere to write.
    ///
    /// - Returns: its exit code; 127 when it could not be started.
    private static func run(_ command: [String]) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        guard posix_spawnp(&process, command[0], &actions, nil, &words, environ) == 0 else { return 127 }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            if errno != EINTR { return 127 }
        }
        // WIFEXITED and WEXITSTATUS of wait(2), which are macros.
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }
}

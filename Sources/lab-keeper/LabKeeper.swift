import Glibc
import LineKeeper
import Synchronization

/// Holds GPIO lines for labd, so that neither its restart nor its crash moves a relay: the kernel lets a line go when
/// the process that took it ends. It does nothing else, and it ends only when it is told to.
@main struct LabKeeper {
    static func main() {
        var arguments = CommandLine.arguments.dropFirst()
        guard arguments.popFirst() == "--socket", let path = arguments.popFirst(), arguments.isEmpty else {
            complain("usage: lab-keeper --socket PATH")
            exit(64)
        }
        // A socket of labd's that came along would stay open for as long as this process lives.
        for descriptor in Int32(3)..<1024 { close(descriptor) }
        // Whatever happens to a terminal or to a client is no reason to let lines go.
        for number in [SIGHUP, SIGPIPE, SIGINT] { signal(number, SIG_IGN) }
        isStopped.store(false, ordering: .relaxed)
        signal(SIGTERM) { _ in isStopped.store(true, ordering: .relaxed) }
        guard let listener = listen(at: path) else { exit(1) }
        var chance = SystemRandomNumberGenerator()
        let identity = KeeperIdentity(
            instance: String(chance.next() as UInt64, radix: 16), process: getpid())
        var server = KeeperServer(listener: listener, keeper: Keeper(backend: GPIODLines(), identity: identity))
        server.run { isStopped.load(ordering: .relaxed) }
        unlink(path)
    }

    /// Two keepers at one socket would fight for the same lines: the first one stays, held by a lock beside the socket
    /// that ends with its process.
    private static func listen(at path: String) -> Int32? {
        let lock = open(path + ".lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            complain("another keeper serves \(path)")
            return nil
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let size = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < size else {
            complain("\(path) is too long for a socket")
            return nil
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        unlink(path)
        umask(0o177)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard descriptor >= 0, isBound, Glibc.listen(descriptor, 16) == 0 else {
            complain("\(path): \(String(cString: strerror(errno)))")
            return nil
        }
        return descriptor
    }

    private static func complain(_ text: String) {
        let line = "lab-keeper: \(text)\n"
        line.withCString { _ = write(STDERR_FILENO, $0, strlen($0)) }
    }
}

/// Set by SIGTERM.
private let isStopped = Atomic(false)

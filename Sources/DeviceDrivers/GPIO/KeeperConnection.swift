import Glibc
import LabModel
import LineKeeper

/// A connection to the keeper of GPIO lines: one question, one answer. It opens on the first call.
final class KeeperConnection {
    private let path: String
    private var descriptor: Int32 = -1

    /// The kernel switches lines of a chip behind USB or I2C in some milliseconds.
    private static let patience: Int32 = 5000

    init(path: String) { self.path = path }

    deinit { close() }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Whether somebody answers at the socket.
    func open() -> Bool {
        if descriptor >= 0 { return true }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return false }
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isConnected else {
            Glibc.close(socket)
            return false
        }
        descriptor = socket
        return true
    }

    /// - Throws: `infrastructure` when the keeper does not answer. Whether it did what was asked is unknown then.
    func ask(_ request: KeeperRequest) throws(Failure) -> KeeperReply {
        guard open() else { throw gone() }
        let line = Array((request.line + "\n").utf8)
        let count = line.withUnsafeBytes {
            send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count == line.count else { throw gone() }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while answer.last != UInt8(ascii: "\n") {
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, Self.patience) > 0, answer.count < 1 << 20 else { throw gone() }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw gone() }
            answer += buffer.prefix(count)
        }
        let text = String(decoding: answer.dropLast(), as: UTF8.self)
        guard let reply = KeeperReply(line: text) else {
            close()
            throw Failure(.infrastructure, "the keeper of GPIO lines answered `\(text.prefix(120))`")
        }
        return reply
    }

    private func gone() -> Failure {
        close()
        return Failure(
            .infrastructure, "the keeper of GPIO lines does not answer at \(path)",
            advice: "labd starts it when a line is needed; see `labd doctor`")
    }
}

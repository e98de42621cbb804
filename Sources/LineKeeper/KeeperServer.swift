import Glibc

/// The keeper's socket: one thread, one poll(2) loop, and nothing that could fail for want of memory or threads.
public struct KeeperServer<Backend: LineBackend> {
    private struct Client {
        var descriptor: Int32
        var input: [UInt8] = []
    }

    private let listener: Int32
    private var keeper: Keeper<Backend>
    private var clients: [Client] = []

    static var clientLimit: Int { 64 }

    /// - Parameter listener: a listening unix socket.
    public init(listener: Int32, keeper: Keeper<Backend>) {
        self.listener = listener
        self.keeper = keeper
    }

    /// Serves until `isStopped` says so after a signal.
    public mutating func run(until isStopped: () -> Bool) {
        while !isStopped() {
            var polls = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
            polls += clients.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
            if clients.count >= Self.clientLimit { polls[0].events = 0 }
            let ready = poll(&polls, nfds_t(polls.count), wait)
            keeper.advance(to: Self.now)
            guard ready > 0 else { continue }
            for index in clients.indices.reversed() where polls[index + 1].revents != 0 {
                var client = clients[index]
                if serve(&client) {
                    clients[index] = client
                } else {
                    close(client.descriptor)
                    clients.remove(at: index)
                }
            }
            if polls[0].revents != 0 { admit() }
        }
        for client in clients { close(client.descriptor) }
    }

    /// Milliseconds until a pulse ends, rounded up: no pulse ends early.
    private var wait: Int32 {
        guard let deadline = keeper.nextDeadline else { return -1 }
        let now = Self.now
        return deadline <= now ? 0 : Int32(clamping: (deadline - now + 999_999) / 1_000_000)
    }

    private mutating func admit() {
        // Whoever may write to the socket's file may switch: it is its owner's alone.
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        clients.append(Client(descriptor: descriptor))
    }

    /// False when the client is gone, or talks nonsense.
    private mutating func serve(_ client: inout Client) -> Bool {
        var buffer = [UInt8](repeating: 0, count: KeeperRequest.lengthLimit)
        let count = read(client.descriptor, &buffer, buffer.count)
        guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
        client.input += buffer.prefix(count)
        while let end = client.input.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: client.input[..<end], as: UTF8.self)
            client.input.removeSubrange(...end)
            let reply =
                KeeperRequest(line: line).map { keeper.handle($0, at: Self.now) }
                ?? .refused(errno: LineError.invalid, reason: "this is no request of version \(KeeperIdentity.version)")
            guard send(reply.line + "\n", to: client.descriptor) else { return false }
        }
        return client.input.count < KeeperRequest.lengthLimit
    }

    /// A client that does not read its answers is none.
    private func send(_ text: String, to descriptor: Int32) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    private static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

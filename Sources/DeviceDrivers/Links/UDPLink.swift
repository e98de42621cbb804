import Glibc
public import LabModel

/// Datagrams to one peer. The socket is connected, so nobody else's datagrams come in.
public final class UDPLink: DatagramLink {
    private let host: String
    private let port: Int
    private var socket: Descriptor?

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    public func send(_ data: [UInt8]) throws(Failure) {
        let socket = try opened()
        let sent = data.withUnsafeBytes {
            Glibc.send(socket.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent == data.count else { throw lost(Descriptor.reason()) }
    }

    public func receive(timeout: Duration) throws(Failure) -> [UInt8]? {
        let socket = try opened()
        let deadline = LinkDeadline(timeout)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while socket.wait(for: POLLIN, until: deadline) {
            let got = buffer.withUnsafeMutableBytes { recv(socket.number, $0.baseAddress, $0.count, 0) }
            if got >= 0 { return Array(buffer.prefix(got)) }
            // Nobody listens at the peer's port: it says so with the answer to what was sent before.
            guard errno == EAGAIN || errno == EINTR else { throw lost(Descriptor.reason()) }
            if deadline.isOver { break }
        }
        return nil
    }

    public func close() { socket = nil }

    private func opened() throws(Failure) -> Descriptor {
        if let socket { return socket }
        let opened = try HostAddresses.first(host: host, port: port, datagrams: true) { info in
            let number = Glibc.socket(
                info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), info.ai_protocol)
            guard number >= 0 else { return (result: Descriptor?.none, reason: Descriptor.reason()) }
            let socket = Descriptor(number)
            socket.setNonBlocking()
            guard connect(number, info.ai_addr, info.ai_addrlen) == 0 else { return (nil, Descriptor.reason()) }
            return (socket, "")
        }
        socket = opened
        return opened
    }

    private func lost(_ reason: String) -> Failure {
        close()
        return Failure(.infrastructure, "\(host):\(port): \(reason)")
    }
}

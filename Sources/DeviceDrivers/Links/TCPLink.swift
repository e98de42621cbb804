import Glibc
public import LabModel

/// A TCP connection as a stream of bytes.
public final class TCPLink: ByteLink {
    private let host: String
    private let port: Int
    private let timeout: Duration
    private var socket: Descriptor?
    /// What was read beyond what a caller wanted.
    private var input: [UInt8] = []

    /// - Parameter timeout: for connecting, and for a write that the device does not take.
    public init(host: String, port: Int, timeout: Duration) {
        self.host = host
        self.port = port
        self.timeout = timeout
    }

    public func write(_ data: [UInt8]) throws(Failure) {
        let socket = try connected()
        let deadline = LinkDeadline(timeout)
        var rest = data[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                send(socket.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if sent > 0 {
                rest = rest.dropFirst(sent)
            } else if errno == EAGAIN || errno == EINTR {
                guard socket.wait(for: POLLOUT, until: deadline) else { throw lost("takes no data") }
            } else {
                throw lost(Descriptor.reason())
            }
        }
    }

    public func read(_ count: Int, timeout: Duration) throws(Failure) -> [UInt8] {
        let deadline = LinkDeadline(timeout)
        while input.count < count, try fill(until: deadline) {}
        return take(min(count, input.count))
    }

    public func read(until end: [UInt8], limit: Int, timeout: Duration) throws(Failure) -> [UInt8] {
        let deadline = LinkDeadline(timeout)
        while true {
            if let range = input.firstRange(of: end), range.upperBound <= limit { return take(range.upperBound) }
            if input.count >= limit { return take(limit) }
            guard try fill(until: deadline) else { return take(input.count) }
        }
    }

    public func discardInput() throws(Failure) {
        input = []
        guard socket != nil else { return }
        // A device that never stops talking must not hold us here.
        for _ in 0..<64 {
            guard try fill(until: LinkDeadline(.zero)) else { break }
            input = []
        }
        input = []
    }

    public func close() {
        socket = nil
        input = []
    }

    private func take(_ count: Int) -> [UInt8] {
        defer { input.removeFirst(count) }
        return Array(input.prefix(count))
    }

    /// Reads what is there, once.
    ///
    /// - Returns: false when nothing came in time.
    private func fill(until deadline: LinkDeadline) throws(Failure) -> Bool {
        let socket = try connected()
        guard socket.wait(for: POLLIN, until: deadline) else { return false }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let got = buffer.withUnsafeMutableBytes { recv(socket.number, $0.baseAddress, $0.count, 0) }
        if got > 0 {
            input += buffer.prefix(got)
            return true
        }
        if got < 0 && (errno == EAGAIN || errno == EINTR) { return !deadline.isOver }
        throw lost(got == 0 ? "closed the connection" : Descriptor.reason())
    }

    private func connected() throws(Failure) -> Descriptor {
        if let socket { return socket }
        let deadline = LinkDeadline(timeout)
        let opened = try HostAddresses.first(host: host, port: port, datagrams: false) { info in
            Self.connect(info, until: deadline)
        }
        input = []
        socket = opened
        return opened
    }

    private static func connect(
        _ info: addrinfo, until deadline: LinkDeadline
    ) -> (result: Descriptor?, reason: String) {
        let number = Glibc.socket(info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), info.ai_protocol)
        guard number >= 0 else { return (nil, Descriptor.reason()) }
        let socket = Descriptor(number)
        socket.setNonBlocking()
        // Commands are a few bytes each; gathering them would delay every one.
        var one: Int32 = 1
        setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        if Glibc.connect(number, info.ai_addr, info.ai_addrlen) == 0 { return (socket, "") }
        guard errno == EINPROGRESS else { return (nil, Descriptor.reason()) }
        guard socket.wait(for: POLLOUT, until: deadline) else { return (nil, "no answer in time") }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &size)
        return code == 0 ? (socket, "") : (nil, Descriptor.reason(code))
    }

    /// A broken connection is of no more use.
    private func lost(_ reason: String) -> Failure {
        close()
        return Failure(.infrastructure, "\(host):\(port): \(reason)")
    }
}

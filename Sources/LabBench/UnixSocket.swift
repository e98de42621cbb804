import Glibc

/// A Unix stream socket with blocking calls and lines: all that the commands of a server need.
struct UnixSocket: Sendable {
    private let socket: Int32

    /// Nil when there is no socket at that path, or nobody listens.
    static func connected(to path: String) -> UnixSocket? {
        opened(path) { socket, address, length in Glibc.connect(socket, address, length) }
    }

    /// Takes the place of a socket that is there.
    static func listening(at path: String) -> UnixSocket? {
        unlink(path)
        return opened(path) { socket, address, length in
            bind(socket, address, length) == 0 ? listen(socket, 8) : -1
        }
    }

    private static func opened(
        _ path: String, _ open: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> UnixSocket? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return nil }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                open(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if result == 0 { return UnixSocket(socket: socket) }
        Glibc.close(socket)
        return nil
    }

    func accept() -> UnixSocket? {
        let peer = Glibc.accept(socket, nil, nil)
        return peer < 0 ? nil : UnixSocket(socket: peer)
    }

    /// The next line, without its end; nil when the peer said nothing.
    func line() -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(socket, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { break }
            bytes.append(byte)
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    func write(_ text: String) {
        _ = send(socket, text, text.utf8.count, Int32(MSG_NOSIGNAL))
    }

    func close() { Glibc.close(socket) }
}

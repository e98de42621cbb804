import Foundation
import Glibc

/// A descriptor of this process, closed with its last user.
final class Descriptor {
    let number: CInt

    init(_ number: CInt, _ what: String) throws {
        guard number >= 0 else { throw BenchError("\(what): \(String(cString: strerror(errno)))") }
        self.number = number
    }

    deinit { close(number) }

    /// Writes all of `bytes`.
    func write(_ bytes: some Collection<UInt8>) throws {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw BenchError("write: \(String(cString: strerror(errno)))") }
            rest = rest.dropFirst(count)
        }
    }

    /// What is there, waiting for the first byte; empty at the end.
    func read(_ limit: Int = 65_536) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: limit)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw BenchError("read: \(String(cString: strerror(errno)))") }
            buffer.removeSubrange(count...)
            return buffer
        }
    }

    /// Reads until `word` has come.
    func read(until word: String) throws {
        let wanted = Array(word.utf8)
        var seen: [UInt8] = []
        while true {
            let piece = try read()
            guard !piece.isEmpty else { throw BenchError("the output ended before '\(word)'") }
            seen = seen.suffix(wanted.count - 1) + piece
            if seen.firstRange(of: wanted) != nil { return }
        }
    }

    /// Whether something can be read within `milliseconds`.
    func isReadable(within milliseconds: CInt) -> Bool {
        var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, milliseconds) > 0
    }

    /// A connection to the unix socket `path`.
    static func unix(_ path: String) throws -> Descriptor {
        let socket = try Descriptor(Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0), "socket")
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8).prefix($0.count - 1)) }
        try socket.connect(address, "connect \(path)")
        return socket
    }

    /// A connection to a port of this machine.
    static func loopback(_ port: UInt16) throws -> Descriptor {
        let socket = try Descriptor(Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0), "socket")
        try socket.connect(loopbackAddress(port), "connect 127.0.0.1:\(port)")
        var one: CInt = 1
        setsockopt(socket.number, CInt(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<CInt>.size))
        return socket
    }

    /// A listener on a free port of this machine.
    static func listener() throws -> (Descriptor, port: UInt16) {
        let socket = try Descriptor(Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0), "socket")
        var address = loopbackAddress(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard bind(socket.number, generic, size) == 0, listen(socket.number, 16) == 0 else { return CInt(-1) }
                return getsockname(socket.number, generic, &size)
            }
        }
        guard result == 0 else { throw BenchError("listen: \(String(cString: strerror(errno)))") }
        return (socket, UInt16(bigEndian: address.sin_port))
    }

    private static func loopbackAddress(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private func connect<Address>(_ address: Address, _ what: String) throws {
        let result = withUnsafeBytes(of: address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) {
                Glibc.connect(number, $0.baseAddress, socklen_t(bytes.count))
            }
        }
        guard result == 0 else { throw BenchError("\(what): \(String(cString: strerror(errno)))") }
    }
}

/// Why nothing could be measured.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

import Foundation
import Glibc

/// A stream socket with nothing on top, for clients that no library would be: slow ones, silent ones, those that stop in
/// the middle. Blocks its thread; `onThread` gives it one.
final class RawConnection: Sendable {
    let descriptor: CInt

    /// What went wrong with a socket.
    struct Broken: Error, CustomStringConvertible {
        var call: String
        var code: CInt
        var description: String { "\(call): \(String(cString: strerror(code)))" }
    }

    /// - Parameter patience: how long a read or a write may take.
    init(unixSocket path: String, patience: Duration = .seconds(30)) throws(Broken) {
        descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Broken(call: "socket", code: errno) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let (seconds, attoseconds) = patience.components
        var time = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        let descriptor = descriptor
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // The descriptor is closed by `deinit`, which runs for what throws here too.
        guard status == 0 else { throw Broken(call: "connect", code: errno) }
    }

    deinit { close(descriptor) }

    func send(_ bytes: some Collection<UInt8>) throws(Broken) {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent, CInt(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Broken(call: "send", code: errno) }
            sent += count
        }
    }

    /// What has come, without waiting for more.
    func whatIsThere() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, filled in
            filled = max(0, recv(descriptor, buffer.baseAddress, 65_536, CInt(MSG_DONTWAIT)))
        }
    }

    /// What has come; empty at the end of the stream, nil when nothing came in time.
    func receive(upTo limit: Int = 65_536) throws(Broken) -> [UInt8]? {
        var count = -1
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
            repeat { count = recv(descriptor, buffer.baseAddress, limit, 0) } while count < 0 && errno == EINTR
            filled = max(0, count)
        }
        if count < 0 {
            if errno == EAGAIN || errno == EWOULDBLOCK { return nil }
            throw Broken(call: "recv", code: errno)
        }
        return bytes
    }
}

/// Runs blocking work on a thread of its own, off the pool that the tests share.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
    }
}

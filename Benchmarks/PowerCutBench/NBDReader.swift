import Foundation
import Glibc

/// A client that does nothing but read, one request after the other, with the least work of its own.
final class NBDReader {
    private let socket: CInt
    private var buffer: UnsafeMutableRawBufferPointer

    /// Connects to the export `name` behind the unix socket at `path`.
    init(path: String, name: String) throws {
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        buffer = .allocate(byteCount: 32 << 20, alignment: 4096)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard socket >= 0, bytes.count < 107 else { throw BenchError("no socket at \(path)") }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard isConnected == 0 else { throw BenchError("\(path): \(String(cString: strerror(errno)))") }
        try negotiate(name)
    }

    deinit {
        close(socket)
        buffer.deallocate()
    }

    /// Newstyle, `NBD_OPT_GO` without information.
    private func negotiate(_ name: String) throws {
        try take(18)
        guard number(8) == 0x4948_4156_454f_5054 else { throw BenchError("no NBD server") }
        var text = big(UInt32(1)) + big(0x4948_4156_454f_5054 as UInt64) + big(UInt32(7))
        text += big(UInt32(6 + name.utf8.count)) + big(UInt32(name.utf8.count)) + Array(name.utf8) + big(UInt16(0))
        try send(text)
        while true {
            try take(20)
            let (kind, length) = (number(12) >> 32, Int(number(12) & 0xffff_ffff))
            if length > 0 { try take(length) }
            if kind == 1 { return }
            guard kind < 1 << 31 else { throw BenchError("the export '\(name)' is refused") }
        }
    }

    /// Reads `length` bytes from `offset` on into the buffer.
    func read(_ offset: Int, _ length: Int) throws {
        let request =
            big(0x2560_9513 as UInt32) + big(UInt32(0)) + big(UInt64(offset)) + big(UInt64(offset))
            + big(UInt32(length))
        try send(request)
        try take(16)
        guard number(0) >> 32 == 0x6744_6698, number(0) & 0xffff_ffff == 0 else { throw BenchError("a read failed") }
        try take(length)
    }

    /// A sum over what was read last.
    func sum(_ length: Int) -> UInt64 {
        var sum: UInt64 = 0
        for place in stride(from: 0, to: length, by: 8) {
            sum = sum &* 31 &+ buffer.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        }
        return sum
    }

    private func send(_ bytes: [UInt8]) throws {
        guard bytes.withUnsafeBytes({ write(socket, $0.baseAddress, $0.count) }) == bytes.count else {
            throw BenchError("the server hung up")
        }
    }

    private func take(_ count: Int) throws {
        var done = 0
        while done < count {
            let got = Glibc.read(socket, buffer.baseAddress?.advanced(by: done), count - done)
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw BenchError("the server hung up") }
            done += got
        }
    }

    private func number(_ place: Int) -> UInt64 {
        UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }

    private func big(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
}

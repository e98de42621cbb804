import BenchSQLite
import Foundation
import Glibc

/// A connection to labd's socket that is kept, with nothing of a client's own work in between.
final class UnixConnection {
    private let descriptor: CInt
    private var buffer = [UInt8](repeating: 0, count: 1 << 20)

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8).prefix($0.count - 1)) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw BareDatabase.Trouble(description: "connect \(path): \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    /// Asks, and returns the body's size once all of it has come.
    ///
    /// - Throws: when the answer is not 200 with a length.
    func get(_ target: String) throws -> (body: Int, text: ArraySlice<UInt8>) {
        let request = Array("GET \(target) HTTP/1.1\r\nhost: localhost\r\n\r\n".utf8)
        guard write(descriptor, request, request.count) == request.count else { throw trouble("write") }
        var count = 0
        while true {
            let got = buffer.withUnsafeMutableBytes { bytes in
                Glibc.read(descriptor, bytes.baseAddress?.advanced(by: count), bytes.count - count)
            }
            guard got > 0 else { throw trouble("read") }
            count += got
            guard let end = buffer[..<count].firstRange(of: [13, 10, 13, 10]) else { continue }
            let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).lowercased()
            guard head.hasPrefix("http/1.1 200"), let line = head.range(of: "content-length: ") else {
                throw BareDatabase.Trouble(description: "\(target): \(head)")
            }
            let length = Int(head[line.upperBound...].prefix { $0.isNumber }) ?? 0
            if count >= end.upperBound + length {
                return (length, buffer[end.upperBound..<(end.upperBound + length)])
            }
        }
    }

    private func trouble(_ what: String) -> BareDatabase.Trouble {
        BareDatabase.Trouble(description: "\(what): \(String(cString: strerror(errno)))")
    }
}

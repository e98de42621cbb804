import Foundation
import Glibc

/// Sends one request over a real socket and reads the answer, on a thread of its own.
struct RawClient {
    enum Address: Sendable {
        case unix(String)
        case tcp(Int)
    }

    struct Trouble: Error {
        var message: String
    }

    var address: Address

    /// What came until the server closed, or until `text` came, whichever was first. Then the connection is closed.
    func exchange(_ request: String, until text: String? = nil) async throws -> String {
        let address = address
        return try await withCheckedThrowingContinuation { continuation in
            // Not on a dispatch queue: those share their threads with Swift's own executor.
            Thread.detachNewThread {
                continuation.resume(with: Result { try Self.run(address, request, until: text) })
            }
        }
    }

    func get(_ path: String, until text: String? = nil, headers: String = "") async throws -> String {
        try await exchange(
            "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(headers)\r\n", until: text)
    }

    private static func run(_ address: Address, _ request: String, until text: String?) throws -> String {
        let descriptor = try connected(address)
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let bytes = Array(request.utf8)
        guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Trouble(message: "send: \(errno)")
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else {
                throw Trouble(message: "recv: \(errno) after \(String(decoding: received, as: UTF8.self))")
            }
            received += buffer.prefix(count)
            let answer = String(decoding: received, as: UTF8.self)
            if count == 0 || text.map({ answer.contains($0) }) == true { return answer }
        }
    }

    private static func connected(_ address: Address) throws -> Int32 {
        let stream = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor: Int32
        let result: Int32
        switch address {
        case .unix(let path):
            descriptor = socket(AF_UNIX, stream, 0)
            var place = sockaddr_un()
            place.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &place.sun_path) { $0.copyBytes(from: path.utf8) }
            result = withUnsafePointer(to: &place) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        case .tcp(let port):
            descriptor = socket(AF_INET, stream, 0)
            var place = sockaddr_in()
            place.sin_family = sa_family_t(AF_INET)
            place.sin_port = UInt16(port).bigEndian
            place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            result = withUnsafePointer(to: &place) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw Trouble(message: "connect: \(errno)")
        }
        return descriptor
    }
}

/// The permission bits of a file; nil when there is none.
func mode(of path: String) -> Int? {
    try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
}

/// A folder of a test's own, removed with its contents at the end.
func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    var template = Array("/tmp/labd-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw RawClient.Trouble(message: "mkdtemp: \(errno)") }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

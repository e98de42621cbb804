import Foundation
import Glibc
import Synchronization

/// An HTTP server for tests: one connection at a time on a unix socket, answers from a script.
final class TinyServer: Sendable {
    let socketPath: String
    private let folder: String
    private let listener: Int32
    private let seen = Mutex<[String]>([])
    private let answers: Mutex<[String]>
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameter answers: whole HTTP answers, one for each connection in turn; the last one is repeated.
    init(answers: [String]) throws {
        var template = Array("/tmp/lablctl-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw POSIXError(.EIO) }
        folder = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "/tmp" }
        socketPath = folder + "/s"
        self.answers = Mutex(answers)
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(socketPath.utf8)) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(listener, 8) == 0 else { throw POSIXError(.EIO) }
        Thread.detachNewThread { [self] in serve() }
    }

    /// The requests so far, heads and bodies as text.
    var requests: [String] { seen.withLock { $0 } }

    /// Ends the server and waits until its thread is gone.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        ended.wait()
        close(listener)
        try? FileManager.default.removeItem(atPath: folder)
    }

    static func json(_ body: String, status: String = "200 OK") -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
            + "Connection: close\r\n\r\n" + body
    }

    static func events(_ text: String) -> String {
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + text
    }

    private func serve() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            let request = receive(connection)
            seen.withLock { $0.append(request) }
            let answer = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? "" }
            let bytes = Array(answer.utf8)
            _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            shutdown(connection, Int32(SHUT_WR))
            close(connection)
        }
        ended.signal()
    }

    /// Reads one request: its head, and as much body as the head announces.
    private func receive(_ connection: Int32) -> String {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !Self.isComplete(text) {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return text
    }

    private static func isComplete(_ request: String) -> Bool {
        guard let end = request.range(of: "\r\n\r\n") else { return false }
        let head = request[..<end.lowerBound].lowercased()
        guard let mark = head.range(of: "content-length: ") else { return true }
        let length = Int(head[mark.upperBound...].prefix { $0.isNumber }) ?? 0
        return request[end.upperBound...].utf8.count >= length
    }
}

import BenchKit
import Foundation
import Glibc

/// Talks to labd's API over a bare socket, one request a connection, so that nothing of a client is measured.
struct LabClient {
    enum Place {
        case unix(String)
        case loopback(UInt16, token: String)
    }

    let place: Place

    struct Answer {
        var status: Int
        var body: [UInt8]

        func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try JSONDecoder().decode(type, from: Data(body))
        }
    }

    /// Sends a request and returns the connection, on which the answer comes.
    func open(_ method: String, _ path: String, body: String? = nil) throws -> Descriptor {
        let socket: Descriptor
        var head = "\(method) \(path) HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"
        switch place {
        case .unix(let path): socket = try .unix(path)
        case .loopback(let port, let token):
            socket = try .loopback(port)
            head += "authorization: Bearer \(token)\r\n"
        }
        if let body { head += "content-type: application/yaml\r\ncontent-length: \(body.utf8.count)\r\n" }
        try socket.write((head + "\r\n" + (body ?? "")).utf8)
        return socket
    }

    func request(_ method: String, _ path: String, body: String? = nil) throws -> Answer {
        let socket = try open(method, path, body: body)
        var bytes: [UInt8] = []
        while case let piece = try socket.read(), !piece.isEmpty { bytes += piece }
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { throw BenchError("no answer to \(path)") }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased()
        let words = head.split(separator: " ", maxSplits: 2)
        guard words.count == 3, let status = Int(words[1]) else { throw BenchError("no HTTP: \(head.prefix(80))") }
        let body = Array(bytes[end.upperBound...])
        return Answer(status: status, body: head.contains("transfer-encoding: chunked") ? unchunked(body) : body)
    }

    /// Submits a job.
    func submit(_ definition: String) throws -> Int64 {
        struct Submitted: Decodable { var id: Int64 }
        let answer = try request("POST", "/api/v1/jobs", body: definition)
        guard answer.status == 201 else {
            throw BenchError("the job was refused: \(String(decoding: answer.body, as: UTF8.self))")
        }
        return try answer.decoded(Submitted.self).id
    }

    /// Opens the stream of a job's events; its last one is `end`.
    func events(of job: Int64) throws -> Descriptor { try open("GET", "/api/v1/jobs/\(job)/events") }

    /// Waits for the end of a job on the stream of its events.
    func awaitEnd(_ events: Descriptor) throws { try events.read(until: "event: end") }

    /// - Throws: when the job did not end as complete.
    func checkComplete(_ job: Int64) throws {
        struct Info: Decodable { var health: String }
        let answer = try request("GET", "/api/v1/jobs/\(job)")
        let health = try answer.decoded(Info.self).health
        guard health.lowercased() == "complete" else {
            throw BenchError("job \(job) ended as \(health): \(String(decoding: answer.body, as: UTF8.self))")
        }
    }

    private func unchunked(_ bytes: [UInt8]) -> [UInt8] {
        var (rest, body) = (bytes[...], [UInt8]())
        while let end = rest.firstRange(of: [13, 10]),
            let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16), size > 0
        {
            body += rest[end.upperBound...].prefix(size)
            rest = rest[end.upperBound...].dropFirst(size + 2)
        }
        return body
    }
}

import Foundation
import LabWire

/// One HTTP/1.1 exchange over a connection of its own.
enum RawHTTP {
    struct Answer: Sendable {
        var status: Int
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        func decoded<Value: Decodable>(as _: Value.Type = Value.self) throws -> Value {
            do {
                return try JSONDecoder().decode(Value.self, from: Data(body))
            } catch {
                throw DaemonError(text: "\(error) in: \(status) \(text.prefix(2000))")
            }
        }
    }

    /// The connection ended, or nothing came, before there was a whole answer.
    struct NoAnswer: Error {
        /// Whether the request, or a part of it, had been sent.
        var wasSent: Bool
    }

    static func head(_ method: String, _ target: String, _ fields: [String]) -> [UInt8] {
        Array(
            (["\(method) \(target) HTTP/1.1", "Host: localhost"] + fields + ["", ""]).joined(separator: "\r\n").utf8)
    }

    /// - Throws: `NoAnswer`; `RawConnection.Broken` when nobody listens.
    static func ask(
        _ socket: String, _ method: String, _ target: String, body: [UInt8]? = nil, type: String = "application/yaml",
        patience: Duration = .seconds(30)
    ) throws -> Answer {
        let connection = try RawConnection(unixSocket: socket, patience: patience)
        var fields = ["Connection: close"]
        if let body { fields += ["Content-Type: \(type)", "Content-Length: \(body.count)"] }
        do {
            try connection.send(head(method, target, fields) + (body ?? []))
        } catch {
            // A server that refuses early may have answered all the same.
        }
        var received: [UInt8] = []
        while let bytes = try? connection.receive(), !bytes.isEmpty { received += bytes }
        guard let answer = answer(in: received) else { throw NoAnswer(wasSent: true) }
        return answer
    }

    static func get<Value: Decodable>(_ socket: String, _ target: String, as _: Value.Type = Value.self) throws -> Value
    {
        try ask(socket, "GET", target).decoded()
    }

    /// The whole answer that these bytes are; nil when a part is missing.
    static func answer(in bytes: [UInt8]) -> Answer? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
        let fields = lines.dropFirst().map { $0.lowercased() }
        let rest = Array(bytes[end.upperBound...])
        if fields.contains(where: { $0.hasPrefix("transfer-encoding:") && $0.contains("chunked") }) {
            var chunks = ChunkReader()
            let body = chunks.feed(rest)
            return chunks.isFinished ? Answer(status: status, body: body) : nil
        }
        let length = fields.first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces)) }
        guard rest.count >= length ?? 0 else { return nil }
        return Answer(status: status, body: rest)
    }
}

/// Takes the chunked transfer coding apart (RFC 9112, section 7.1), as bytes arrive.
struct ChunkReader {
    private var pending: [UInt8] = []
    private(set) var isFinished = false

    mutating func feed(_ bytes: [UInt8]) -> [UInt8] {
        pending += bytes
        var body: [UInt8] = []
        while !isFinished, let end = pending.firstRange(of: [13, 10]) {
            let size = String(decoding: pending[..<end.lowerBound].prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
            guard let count = Int(size, radix: 16) else {
                isFinished = true
                break
            }
            guard pending.count >= end.upperBound + count + 2 else { break }
            body += pending[end.upperBound..<(end.upperBound + count)]
            pending.removeFirst(end.upperBound + count + 2)
            if count == 0 { isFinished = true }
        }
        return body
    }
}

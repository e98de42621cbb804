import Foundation
import Hummingbird
import LabModel
import LabWire
import NIOCore

/// One request on its way through a route's handler.
struct Call: Sendable {
    var request: Request
    var context: LabRequestContext
    var query: Query

    var user: String { context.user }
    /// Who asks, with the leases that the request names.
    var caller: Caller { Caller(context.user, leases: context.leases) }

    /// The job number in the path.
    ///
    /// - Throws: 404 when it is not a number that a job could have.
    func job() throws(APIError) -> JobID {
        let text = parameter("id")
        guard let job = JobID(text) else { throw .notFound("there is no job `\(text.prefix(40))`") }
        return job
    }

    /// The name in the path.
    func name() -> String { parameter("name") }

    func parameter(_ name: Substring) -> String {
        let raw = context.parameters.get(String(name)) ?? ""
        return raw.removingPercentEncoding ?? raw
    }

    /// The whole body.
    ///
    /// - Throws: 413 when it is larger than `limit`.
    func body(upTo limit: Int) async throws -> ByteBuffer {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw APIError.tooLarge(limit: limit)
        }
        do {
            return try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw APIError.tooLarge(limit: limit)
        }
    }

    /// The whole body as text.
    ///
    /// - Throws: 413 when it is larger than `limit`, 400 when it is not UTF-8.
    func text(upTo limit: Int) async throws -> String {
        let buffer = try await body(upTo: limit)
        guard let text = String(validating: buffer.readableBytesView, as: UTF8.self) else {
            throw APIError.badRequest("the body is not UTF-8")
        }
        return text
    }

    /// The body as JSON; nil when there is none.
    ///
    /// - Parameter keys: all that it may have; another one is a typing error, and not ignored.
    /// - Throws: 400 when it is not such JSON, 413 when it is larger than 64 KiB.
    func json<Value: Decodable>(
        _ type: Value.Type, keys: Set<String>, upTo limit: Int = 64 << 10
    ) async throws -> Value? {
        let text = try await text(upTo: limit)
        if text.isEmpty { return nil }
        return try Self.decode(type, keys: keys, from: text)
    }

    static func decode<Value: Decodable>(
        _ type: Value.Type, keys: Set<String>, from text: String
    ) throws(APIError) -> Value {
        let value: Value
        let given: [String: Ignored]
        do {
            let data = Data(text.utf8)
            value = try JSONDecoder().decode(type, from: data)
            given = try JSONDecoder().decode([String: Ignored].self, from: data)
        } catch DecodingError.keyNotFound(let key, _) {
            throw .badRequest("the body lacks the key `\(key.stringValue)`")
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            let place = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw .badRequest("the value of `\(place)` in the body is of the wrong kind")
        } catch {
            throw .badRequest("the body is not JSON")
        }
        if let unknown = given.keys.sorted().first(where: { !keys.contains($0) }) {
            let known = keys.sorted().map { "`\($0)`" }.joined(separator: ", ")
            throw .badRequest("the body has the unknown key `\(unknown.prefix(40))`", advice: "known are \(known)")
        }
        return value
    }

    /// A value that only has to be there.
    private struct Ignored: Decodable {
        init(from decoder: any Decoder) {}
    }

    /// The job's text: the body itself, or the key `definition` of a JSON body.
    func definition() async throws -> String {
        let text = try await text(upTo: Self.definitionLimit)
        let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased()
        guard type == "application/json" else { return text }
        do {
            return try Self.decode(SubmitRequest.self, keys: ["definition"], from: text).definition
        } catch {
            var error = error
            error.body.error.advice =
                error.body.error.advice
                ?? "send {\"definition\": \"...\"}, or the job's own text with another content type"
            throw error
        }
    }

    /// The largest job text, in bytes.
    static let definitionLimit = 1 << 20

    /// Where a stream goes on: after `Last-Event-ID`, which a reconnecting client sends, else at the parameter.
    func resumeOffset(_ name: String) throws(APIError) -> Int64? {
        if let header = request.headers[.lastEventID] {
            guard let value = Int64(header), value >= 0 else { throw .badRequest("`Last-Event-ID` is not an offset") }
            return value
        }
        return try query.integer(name, in: 0...Int64.max)
    }

    /// Whether the client asks for an event stream, by parameter or by `Accept`.
    func wantsStream(_ parameter: String, otherwise: Bool = false) throws(APIError) -> Bool {
        if let flag = try query.flag(parameter) { return flag }
        if request.headers[.accept]?.contains("text/event-stream") == true { return true }
        return otherwise
    }
}

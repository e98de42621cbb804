import LabModel

/// The decisions of one HTTP download over all its tries: what to ask for, and what to make of an answer.
struct TransferState: Hashable, Sendable {
    /// What an answer's head says (RFC 9110).
    struct Head: Hashable, Sendable {
        var status: Int
        var contentLength: Int64?
        var contentRange: String?
        var etag: String?
        var lastModified: String?
        var location: String?
    }

    enum Verdict: Hashable, Sendable {
        /// The body continues the file at this offset; what lies beyond it is void.
        case receive(from: Int64)
        /// The copy in the cache is still right.
        case notModified
        case redirect(String)
        /// The server is in trouble for now.
        case tryAgain(String)
        case refuse(String, advice: String?)
    }

    /// Of the copy in the cache, when there is one.
    private let cached: CacheIndex.Entry?
    private let maximumBytes: Int64
    private(set) var received: Int64 = 0
    /// Size of the whole file; nil when the server does not say.
    private(set) var total: Int64?
    private(set) var etag: String?
    private(set) var lastModified: String?

    init(cached: CacheIndex.Entry?, maximumBytes: Int64) {
        self.cached = cached
        self.maximumBytes = maximumBytes
    }

    /// The headers that make the request conditional or partial.
    var requestHeaders: [(name: String, value: String)] {
        if received > 0, let validator = strongValidator {
            return [("Range", "bytes=\(received)-"), ("If-Range", validator)]
        }
        guard received == 0, let cached else { return [] }
        // RFC 9110 13.1.3: a server that knows If-None-Match ignores the date.
        var headers: [(name: String, value: String)] = []
        if let etag = cached.etag { headers.append(("If-None-Match", etag)) }
        if let date = cached.lastModified { headers.append(("If-Modified-Since", date)) }
        return headers
    }

    /// RFC 9110 13.1.5: If-Range takes no weak validator.
    private var strongValidator: String? {
        if let etag { return etag.hasPrefix("W/") ? nil : etag }
        return lastModified
    }

    mutating func responded(_ head: Head) -> Verdict {
        switch head.status {
        case 200: return begin(head)
        case 206: return resume(head)
        case 304 where cached != nil: return .notModified
        case 301, 302, 303, 307, 308:
            return head.location.map { .redirect($0) } ?? .refuse("redirects to nowhere", advice: nil)
        case 416:
            received = 0
            return .tryAgain("the server cannot continue the broken download")
        case 408, 425, 429, 500...599: return .tryAgain("the server answered \(head.status)")
        case 401, 403, 407:
            return .refuse(
                "is refused by the server with \(head.status)", advice: "check the credentials in `headers` or the URL")
        case 404, 410:
            return .refuse("is not there: the server answered \(head.status)", advice: "check the URL")
        default: return .refuse("cannot be fetched: the server answered \(head.status)", advice: nil)
        }
    }

    /// Counts a piece of the body.
    ///
    /// - Returns: a refusal when the file is larger than allowed.
    mutating func took(_ count: Int) -> Verdict? {
        received += Int64(count)
        return tooLarge(received)
    }

    /// Whether the body that just ended was the whole rest.
    var isComplete: Bool { total.map { $0 == received } ?? true }

    /// Called when a transfer broke: keeps what can be continued.
    ///
    /// - Returns: whether the next try continues.
    mutating func broke() -> Bool {
        if strongValidator == nil { received = 0 }
        return received > 0
    }

    private mutating func begin(_ head: Head) -> Verdict {
        if let size = head.contentLength, let refusal = tooLarge(size) { return refusal }
        received = 0
        total = head.contentLength
        etag = head.etag
        lastModified = head.lastModified
        return .receive(from: 0)
    }

    private mutating func resume(_ head: Head) -> Verdict {
        guard received > 0, let range = head.contentRange.flatMap(ContentRange.init), range.start == received,
            head.etag == nil || etag == nil || head.etag == etag
        else {
            received = 0
            return .tryAgain("the server continued the broken download in the wrong place")
        }
        if let size = range.size, let refusal = tooLarge(size) { return refusal }
        total = range.size
        return .receive(from: received)
    }

    private func tooLarge(_ size: Int64) -> Verdict? {
        guard size > maximumBytes else { return nil }
        return .refuse(
            "is larger than \(maximumBytes) bytes, the most that is downloaded",
            advice: "use a smaller or compressed image, or raise the limit in labd's configuration")
    }
}

/// `Content-Range: bytes 100-199/200` (RFC 9110 14.4).
private struct ContentRange {
    var start: Int64
    var size: Int64?

    init?(_ text: String) {
        guard text.lowercased().hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst(6).split(separator: "/")
        guard parts.count == 2, let first = parts[0].split(separator: "-").first, let start = Int64(first) else {
            return nil
        }
        self.start = start
        size = Int64(parts[1])
    }
}

public import LabModel

/// What went wrong, where, and what to try.
public struct FailureInfo: Codable, Sendable, Equatable {
    /// An `ErrorType` such as `Infrastructure`, or one of `RequestErrorType` for a request that was not right.
    public var type: String
    /// One sentence without a final stop.
    public var message: String
    /// A step, a board, `file:line:column`.
    public var place: String?
    public var advice: String?

    public init(type: String, message: String, place: String? = nil, advice: String? = nil) {
        self.type = type
        self.message = message
        self.place = place
        self.advice = advice
    }

    public init(_ failure: Failure) {
        self.init(
            type: failure.type.rawValue, message: failure.message, place: failure.place, advice: failure.advice)
    }
}

/// What can be wrong with a request itself, as `FailureInfo.type` names it.
public enum RequestErrorType: String, Codable, Sendable, CaseIterable {
    /// 400: a parameter or the body cannot be read.
    case badRequest = "BadRequest"
    /// 401: no token, or a wrong one.
    case unauthorized = "Unauthorized"
    /// 403: the `Host` header names something else than this machine.
    case forbidden = "Forbidden"
    /// 404: no such job, board, device type or path.
    case notFound = "NotFound"
    /// 405: the path exists, the method does not.
    case methodNotAllowed = "MethodNotAllowed"
    /// 413: the body is too large.
    case tooLarge = "TooLarge"
    /// 422: the job's text has errors; see the diagnostics.
    case invalidJob = "InvalidJob"
    /// 422: the job is valid, but needs something that does not run yet.
    case unsupported = "Unsupported"
    /// 429: too many streams are open.
    case tooManyStreams = "TooManyStreams"
    /// 429: as many boards run for people as this lab lends.
    case tooManyTwins = "TooManyTwins"
    /// 500: a defect of labd; the log has the details.
    case internalError = "Internal"
}

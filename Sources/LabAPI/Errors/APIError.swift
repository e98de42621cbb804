import Hummingbird
import LabModel
import LabWire

/// A refusal: its status and what the client is told.
struct APIError: Error, Sendable {
    var status: HTTPResponse.Status
    var body: ErrorBody
    var headers: HTTPFields = [:]

    init(
        _ status: HTTPResponse.Status, _ type: RequestErrorType, _ message: String, advice: String? = nil,
        diagnostics: [Diagnostic]? = nil, headers: HTTPFields = [:]
    ) {
        self.status = status
        self.body = ErrorBody(
            error: FailureInfo(type: type.rawValue, message: message, advice: advice),
            diagnostics: diagnostics?.map { DiagnosticInfo($0) })
        self.headers = headers
    }

    init(_ status: HTTPResponse.Status, _ failure: Failure) {
        self.status = status
        self.body = ErrorBody(error: FailureInfo(failure))
    }

    /// The answer to a failure that no handler gave a status of its own. A defect's details stay in the log.
    init(_ failure: Failure) {
        switch failure.type {
        case .job, .test, .configuration: self.init(.unprocessableContent, failure)
        case .canceled: self.init(.conflict, failure)
        case .infrastructure, .lavaTimeout, .multinodeTimeout: self.init(.internalServerError, failure)
        case .bug: self = .internalError
        }
    }

    /// The answer to what was asked of a recording in vain.
    init(_ error: CrashStateError) {
        let (failure, advice) = (error.failure, error.failure.advice)
        switch error.reason {
        case .malformed: self = .badRequest(failure.message, advice: advice)
        case .missing: self = .notFound(failure.message, advice: advice)
        case .busy: self.init(.tooManyRequests, .tooManyTwins, failure.message, advice: advice)
        case .damaged, .failed: self.init(.internalServerError, failure)
        }
    }

    static func badRequest(_ message: String, advice: String? = nil) -> APIError {
        APIError(.badRequest, .badRequest, message, advice: advice)
    }

    static func notFound(_ message: String, advice: String? = nil) -> APIError {
        APIError(.notFound, .notFound, message, advice: advice)
    }

    static func tooLarge(limit: Int) -> APIError {
        APIError(.contentTooLarge, .tooLarge, "the body is larger than \(limit) bytes")
    }

    static func invalidJob(_ diagnostics: [Diagnostic]) -> APIError {
        let errors = diagnostics.filter { $0.severity == .error }
        let count = errors.count == 1 ? "an error" : "\(errors.count) errors"
        return APIError(.unprocessableContent, .invalidJob, "the job has \(count)", diagnostics: diagnostics)
    }

    /// - Parameter warnings: what else was found in the text.
    static func unsupported(_ features: [UnsupportedFeature], _ warnings: [Diagnostic]) -> APIError {
        let names = features.map { "`\($0.name)`" }.joined(separator: ", ")
        let findings = features.map { Diagnostic(.error, at: $0.position, "`\($0.name)` does not run yet") }
        return APIError(
            .unprocessableContent, .unsupported, "the job needs what does not run yet: \(names)",
            advice: "docs/lava.md lists what runs", diagnostics: findings + warnings)
    }

    static let internalError = APIError(
        .internalServerError, .internalError, "labd made a mistake", advice: "its log has the details")
}

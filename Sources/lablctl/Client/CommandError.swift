import LabModel
import LabWire

/// Why a command ends badly: what a person reads, and what the shell is told.
struct CommandError: Error, Sendable {
    var status: CommandStatus
    var failure: Failure
    /// What is wrong with a job, when that is the reason.
    var diagnostics: [DiagnosticInfo]

    init(_ status: CommandStatus, _ failure: Failure, diagnostics: [DiagnosticInfo] = []) {
        self.status = status
        self.failure = failure
        self.diagnostics = diagnostics
    }

    /// An answer of the server that is not a success.
    ///
    /// - Parameter target: what was asked for; it decides what is advised.
    init(httpStatus: UInt, body: ErrorBody?, target: String = "") {
        let reported = body.map { Failure(ErrorType(rawValue: $0.error.type) ?? .infrastructure, $0.error.message) }
        var failure = reported ?? Failure(.infrastructure, "labd answered with HTTP status \(httpStatus)")
        failure.place = body?.error.place
        failure.advice = RefusalAdvice(httpStatus: httpStatus, target: target).text(insteadOf: body?.error)
        self.init(Self.status(forHTTP: httpStatus, body?.error, target), failure, diagnostics: body?.diagnostics ?? [])
    }

    /// Any other error, as one that can be shown.
    init(_ error: any Error) {
        switch error {
        case let error as CommandError: self = error
        case let error as Failure: self.init(.internalError, error)
        case is CancellationError: self.init(.canceled, Failure(.canceled, "interrupted"))
        default: self.init(.internalError, Failure(.bug, "\(error)"))
        }
    }

    private static func status(forHTTP status: UInt, _ error: FailureInfo?, _ target: String) -> CommandStatus {
        switch status {
        case 400: .usage
        case 401, 403: .notAllowed
        case 404: .notFound
        // The same answer tells that a board has nothing to start from, which waiting does not mend.
        case 409: error?.type == ErrorType.job.rawValue && !isBusy(error) ? .internalError : .busy
        // What the lab's own files lack is no fault of a job; a key that is to be explained is simply not there.
        case 422 where error?.type == ErrorType.configuration.rawValue:
            target.contains("?explain=") ? .notFound : .internalError
        case 413, 422: .invalidJob
        case 429: .busy
        default: .internalError
        }
    }

    private static func isBusy(_ error: FailureInfo?) -> Bool {
        guard let message = error?.message else { return true }
        return message.contains("is not free") || message.contains("is free") || message.hasPrefix("nobody holds")
            || message.hasSuffix("has just ended")
    }
}

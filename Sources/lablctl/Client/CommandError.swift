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
    init(httpStatus: UInt, body: ErrorBody?) {
        let reported = body.map { Failure(ErrorType(rawValue: $0.error.type) ?? .infrastructure, $0.error.message) }
        var failure = reported ?? Failure(.infrastructure, "labd answered with HTTP status \(httpStatus)")
        failure.place = body?.error.place
        failure.advice = body?.error.advice
        self.init(Self.status(forHTTP: httpStatus), failure, diagnostics: body?.diagnostics ?? [])
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

    private static func status(forHTTP status: UInt) -> CommandStatus {
        switch status {
        case 401, 403: .notAllowed
        case 404: .notFound
        case 409: .busy
        case 413, 422: .invalidJob
        default: .internalError
        }
    }
}

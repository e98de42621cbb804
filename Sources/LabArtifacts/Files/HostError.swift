import Glibc
import LabModel

/// A call to the host's file system that failed.
struct HostError: Error {
    /// What was tried, such as `open`.
    var operation: String
    var path: String
    var code: Int32

    /// Takes the thread's `errno`.
    init(_ operation: String, _ path: String) {
        self.init(operation, path, code: errno)
    }

    init(_ operation: String, _ path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    var failure: Failure {
        let advice: String? =
            switch code {
            case ENOSPC, EDQUOT: "free space on the file system, or give labd a smaller cache"
            case EACCES, EPERM: "check the owner and the permissions of the path"
            default: nil
            }
        return Failure(
            .infrastructure, "cannot \(operation) \(path): \(String(cString: strerror(code)))", advice: advice)
    }
}

extension Failure {
    /// Any error of this room as the one that people see.
    init(anyError error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let host as HostError: self = host.failure
        case is CancellationError: self.init(.canceled, "the work was cancelled")
        default: self.init(.infrastructure, "\(error)")
        }
    }
}

/// Runs `body`; whatever it throws leaves as a `Failure`.
func asFailures<T>(_ body: () async throws -> T) async throws(Failure) -> T {
    do {
        return try await body()
    } catch {
        throw Failure(anyError: error)
    }
}

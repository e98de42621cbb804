/// What lablctl tells the shell. 64 and above follow sysexits.h.
enum CommandStatus: Int32, Sendable, CaseIterable {
    case success = 0
    case testsFailed = 1
    case incomplete = 2
    case canceled = 3
    case usage = 64
    case invalidJob = 65
    case notFound = 66
    case noDaemon = 69
    case internalError = 70
    case busy = 75
    case notAllowed = 77

    /// One line for help and documentation.
    var meaning: String {
        switch self {
        case .success: "the command worked; for a job: complete, and no test failed"
        case .testsFailed: "a test failed; for demo: not all went as told"
        case .incomplete: "the job is incomplete"
        case .canceled: "the job was canceled"
        case .usage: "the command line is wrong"
        case .invalidJob: "the job is invalid, or uses what does not run yet"
        case .notFound: "no such job, board, device type or file"
        case .noDaemon: "no labd answers"
        case .internalError: "anything else went wrong, in lablctl or in labd"
        case .busy: "the board is held by a job"
        case .notAllowed: "labd wants a token, or another one"
        }
    }

    /// The table shown by `lablctl --help`.
    static var table: String {
        "EXIT CODES:\n"
            + allCases.map { status in
                let code = String(status.rawValue)
                return "  " + code + String(repeating: " ", count: 4 - code.count) + status.meaning
            }.joined(separator: "\n")
    }
}

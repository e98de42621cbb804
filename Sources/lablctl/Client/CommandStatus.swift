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
    case configuration = 78
    /// 128 and the number of SIGINT, as shells have it.
    case interrupted = 130

    /// One line for help and documentation.
    var meaning: String {
        switch self {
        case .success: "the command worked; for a job: complete, and no test failed"
        case .testsFailed:
            "a test failed; for demo: not all went as told; for powercut boot, verify: what came is not allowed, or wrong; "
                + "for import: an edited file was kept, or with --strict something was left"
        case .incomplete: "the job is incomplete; for powercut boot, verify: nothing could be decided"
        case .canceled: "the job was canceled"
        case .usage: "the command line is wrong"
        case .invalidJob:
            "the job is invalid, uses what does not run yet, or fits no board; for import: the file is not what it should be"
        case .notFound: "no such job, board, device type, key of a type, recording, crash state, or file"
        case .noDaemon: "no labd answers"
        case .internalError: "anything else went wrong, in lablctl or in labd"
        case .busy: "the board is held by a job or by somebody else, a lease has ended, or labd has its hands full"
        case .notAllowed: "labd wants a token, or another one"
        case .configuration:
            "the labd that was to be started refuses its configuration; for boards reload: a board file is wrong"
        case .interrupted: "Ctrl-C ended the watching; the job goes on"
        }
    }

    /// The table shown by `lablctl --help`.
    static var table: String {
        "EXIT CODES:\n"
            + allCases.map { status in
                let code = String(status.rawValue)
                let lines = TextStyle.plain.wrapped(status.meaning, to: 72)
                let indent = "\n" + String(repeating: " ", count: 7)
                return "  " + code + String(repeating: " ", count: 5 - code.count) + lines.joined(separator: indent)
            }.joined(separator: "\n")
    }
}

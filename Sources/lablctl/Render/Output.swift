import Glibc

/// One of the two places a command writes to.
struct Output: Sendable {
    let descriptor: Int32
    let style: TextStyle
    let isTerminal: Bool

    /// What a command is asked for.
    static func standard() -> Output { Output(descriptor: STDOUT_FILENO) }
    /// What goes on meanwhile, and what went wrong.
    static func progress() -> Output { Output(descriptor: STDERR_FILENO) }

    init(descriptor: Int32) {
        self.descriptor = descriptor
        style = .of(descriptor: descriptor)
        isTerminal = isatty(descriptor) == 1
    }

    func line(_ text: String = "") {
        write(Array((text + "\n").utf8))
    }

    func lines(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        line(lines.joined(separator: "\n"))
    }

    /// A body of the API as sent, with a newline at its end.
    func json(_ body: [UInt8]) {
        write(body.last == UInt8(ascii: "\n") ? body : body + [UInt8(ascii: "\n")])
    }

    /// Writes all of `bytes`. Ends the program quietly when nobody reads any more, as `head` does to its feeder, and
    /// with a word about it when the answer cannot be written.
    func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var readiness = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&readiness, 1, -1)
            } else if errno == EPIPE {
                exit(CommandStatus.success.rawValue)
            } else if errno != EINTR {
                guard descriptor == STDOUT_FILENO else { return }
                let reason = HostFiles.errorText()
                Output.progress().line("lablctl: cannot write to standard output: \(reason)")
                exit(CommandStatus.internalError.rawValue)
            }
        }
    }
}

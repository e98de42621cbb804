import Dispatch
import Glibc

/// The keyboard with nothing between: every key comes at once and is not shown.
struct RawTerminal: Sendable {
    private let saved: termios

    /// Nil when standard input is not a terminal.
    init?() {
        var settings = termios()
        guard isatty(STDIN_FILENO) == 1, tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
        saved = settings
        cfmakeraw(&settings)
        // Output keeps its processing, so that our own lines need no carriage returns of their own.
        settings.c_oflag |= tcflag_t(OPOST)
        guard tcsetattr(STDIN_FILENO, TCSANOW, &settings) == 0 else { return nil }
    }

    /// Gives the terminal back as it was. May be called more than once.
    func restore() {
        var settings = saved
        tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
    }

    /// What is typed, at most 1 KiB at a time, until standard input ends.
    func keys() -> AsyncStream<[UInt8]> {
        AsyncStream { continuation in
            let watch = DispatchWatch(DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO)) {
                var buffer = [UInt8](repeating: 0, count: 1024)
                let count = read(STDIN_FILENO, &buffer, buffer.count)
                if count > 0 {
                    continuation.yield(Array(buffer[..<count]))
                } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
                    continuation.finish()
                }
            }
            continuation.onTermination = { _ in watch.end() }
        }
    }
}

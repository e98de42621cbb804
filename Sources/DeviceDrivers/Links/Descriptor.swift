import Glibc

/// Owns a file descriptor.
final class Descriptor {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { close(number) }

    func setNonBlocking() { _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK) }

    /// Waits until the descriptor can be read or written.
    ///
    /// - Returns: false when the time was up first. Errors and hang-ups count as ready: the next call tells them.
    func wait(for events: Int32, until deadline: LinkDeadline) -> Bool {
        while true {
            var request = pollfd(fd: number, events: Int16(events), revents: 0)
            let ready = poll(&request, 1, deadline.milliseconds)
            if ready > 0 { return true }
            if ready < 0 && errno != EINTR { return true }
            if deadline.isOver { return false }
        }
    }

    /// What `errno` says, for people.
    static func reason(_ number: Int32 = errno) -> String { String(cString: strerror(number)) }
}

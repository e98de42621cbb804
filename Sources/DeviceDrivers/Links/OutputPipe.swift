import Glibc
import LabModel
import SystemPackage

/// Where a program writes to. Its first 64 KiB are kept; it may write more, which nobody sees.
final class OutputPipe {
    static let limit = 65_536

    /// The program's end, which the child inherits.
    let target: FileDescriptor
    private(set) var kept: [UInt8] = []
    private let source: Descriptor
    private var isOpen = true

    init() throws(Failure) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            throw Failure(.infrastructure, "no pipe for a program: \(Descriptor.reason())")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        source = Descriptor(ends[0])
        source.setNonBlocking()
        target = FileDescriptor(rawValue: ends[1])
    }

    /// Reads what is there now.
    func drain() {
        var rounds = 64
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while isOpen, rounds > 0 {
            rounds -= 1
            let got = buffer.withUnsafeMutableBytes { read(source.number, $0.baseAddress, $0.count) }
            if got > 0 {
                kept += buffer.prefix(min(got, Self.limit - kept.count))
            } else if got == 0 || errno != EINTR {
                isOpen = got != 0
                return
            }
        }
    }

    /// Reads what comes until the process has ended.
    ///
    /// - Returns: false when the time was up first.
    static func drain(_ pipes: [OutputPipe], until process: ChildProcess, _ deadline: LinkDeadline) -> Bool {
        while !process.hasEnded {
            if deadline.isOver { return false }
            // A closed pipe would be ready for ever; a negative descriptor is not watched.
            var requests = pipes.map {
                pollfd(fd: $0.isOpen ? $0.source.number : -1, events: Int16(POLLIN), revents: 0)
            }
            requests.append(pollfd(fd: process.descriptor, events: Int16(POLLIN), revents: 0))
            _ = poll(&requests, nfds_t(requests.count), deadline.milliseconds)
            // One round each, so that a program that writes without end still runs out of time.
            for (pipe, request) in zip(pipes, requests) where request.revents != 0 { pipe.drain() }
        }
        return true
    }
}

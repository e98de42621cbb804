import Foundation
import Glibc

/// A program that the bench starts, and that ends with it at the latest.
final class Child {
    private let process = Process()
    private let output = Pipe()
    private var seen: [UInt8] = []

    init(_ program: String, _ arguments: [String], isRead: Bool = false) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["setpriv", "--pdeathsig", "KILL", "--", program] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = isRead ? output : FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        // Ours would keep the pipe open.
        try output.fileHandleForWriting.close()
    }

    deinit { end() }

    /// Kills it and waits for its end.
    func end() {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    /// Waits until it ends by itself.
    func wait() -> CInt {
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Reads its output until `word` has come.
    func read(until word: String, within seconds: Int) throws {
        let wanted = Array(word.utf8)
        let end = time(nil) + seconds
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while seen.firstRange(of: wanted) == nil {
            var poll = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
            guard Glibc.poll(&poll, 1, 1000) >= 0, time(nil) < end else {
                throw BenchError("'\(word)' did not come; last: \(String(decoding: seen.suffix(200), as: UTF8.self))")
            }
            guard poll.revents != 0 else { continue }
            let count = Glibc.read(poll.fd, &buffer, buffer.count)
            guard count > 0 else { throw BenchError("the program ended before '\(word)'") }
            seen += buffer[..<count]
        }
    }

    /// Processor seconds of all children that ended so far.
    static var processor: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}

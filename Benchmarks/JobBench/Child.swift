import Foundation
import Glibc

/// A program that the bench starts, and that ends with it at the latest.
final class Child {
    let process = Process()
    /// The program's standard input and output, when they were asked for.
    private(set) var input: Descriptor?
    private(set) var output: Descriptor?

    var identifier: pid_t { process.processIdentifier }

    init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], isTalkedTo: Bool = false,
        errors: FileHandle = .standardError
    ) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["setpriv", "--pdeathsig", "KILL", "--", program] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardError = errors
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = isTalkedTo ? input : FileHandle.nullDevice
        process.standardOutput = isTalkedTo ? output : FileHandle.nullDevice
        try process.run()
        if isTalkedTo {
            self.input = try Descriptor(dup(input.fileHandleForWriting.fileDescriptor), "pipe")
            self.output = try Descriptor(dup(output.fileHandleForReading.fileDescriptor), "pipe")
        }
    }

    deinit { end(SIGKILL) }

    /// Sends `signal` and waits for the end.
    func end(_ signal: CInt) {
        guard process.isRunning else { return }
        kill(identifier, signal)
        process.waitUntilExit()
    }

    /// Processor seconds of the process itself, all threads, without its children's. In steps of 10 ms.
    var processor: Double { ticks(11) + ticks(12) }

    /// Processor seconds of the children that it has waited for. In steps of 10 ms.
    var childrenProcessor: Double { ticks(13) + ticks(14) }

    /// A field of `/proc/PID/stat` behind the name, in seconds.
    private func ticks(_ field: Int) -> Double {
        guard let fields = Proc.stat(identifier), fields.count > field, let ticks = Double(fields[field]) else {
            return 0
        }
        return ticks / Double(sysconf(CInt(_SC_CLK_TCK)))
    }

    /// Processor seconds by the scheduler's own count, exact, of the threads that live now.
    var exactProcessor: Double {
        Proc.entries("/proc/\(identifier)/task").reduce(0) { sum, thread in
            let text = Proc.read("/proc/\(identifier)/task/\(thread)/schedstat")
            return sum + (text.split(separator: " ").first.flatMap { Double($0) } ?? 0) / 1e9
        }
    }

    /// Resident memory in MiB.
    var resident: Double {
        let line = Proc.read("/proc/\(identifier)/status").split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? 0) / 1024
    }
}

import BenchKit
import Foundation
import Glibc

/// Stands for QEMU at labd's sockets, when this program is called by QEMU's name: a board that says when it said what.
/// labd sees a connection and bytes, as from any emulator.
struct StandInBoard {
    /// Names what the board does: `lines` or `cuts`, a colon, and a folder that it shares with the bench.
    static let variable = "LABD_BENCH_BOARD"

    private let folder: String
    private let console: Descriptor
    private let control: Descriptor
    private let printsLines: Bool

    init(arguments: [String]) throws {
        let order = (ProcessInfo.processInfo.environment[Self.variable] ?? "").split(separator: ":", maxSplits: 1)
        guard order.count == 2 else { throw BenchError("\(Self.variable) is not set") }
        printsLines = order[0] == "lines"
        folder = String(order[1])
        console = try .unix(Self.path(of: "labd-console", in: arguments))
        control = try .unix(Self.path(of: "labd-control", in: arguments))
    }

    func run() throws -> Never {
        let control = control.number
        Thread.detachNewThread { try? Self.answer(Descriptor(dup(control), "control")) }
        try say("Linux version 6.1 (stand-in)\r\nLABD-UP version=ramdisk slot=-\r\n")
        if printsLines { try sayLines() }
        try say("/ # ")
        try serveShell()
        while true { pause() }
    }

    private func say(_ text: String) throws { try console.write(text.utf8) }

    /// Waits until the readers are there, then prints lines that carry the time of their writing.
    private func sayLines() throws {
        let go = try Descriptor(open(folder + "/go", O_RDONLY), "go")
        let order = String(decoding: try go.read(), as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard order.count == 2, let count = Int(order[0]), let pause = UInt32(order[1]) else {
            throw BenchError("no order")
        }
        for _ in 0..<count {
            try say("stamp \(Stamp.now) of a line as long as boards print them, more or less\r\n")
            usleep(pause)
        }
    }

    /// A shell that knows one thing: to say that it has copied something.
    private func serveShell() throws {
        let stamps = try Stamps(path: folder + "/stamps")
        var line = ""
        while case let bytes = try console.read(), !bytes.isEmpty {
            for byte in bytes {
                guard byte == 10 || byte == 13 else {
                    line.unicodeScalars.append(Unicode.Scalar(byte))
                    try console.write([byte])
                    continue
                }
                try say("\r\n")
                if line.hasPrefix("echo copied-") { try stamps.untilKilled { try say("copied-50\r\n") } }
                try say("/ # ")
                line = ""
            }
        }
    }

    /// QEMU's machine protocol: a greeting, and an empty answer to every command.
    private static func answer(_ control: Descriptor) throws {
        try control.write(#"{"QMP": {"version": {}, "capabilities": []}}"#.utf8 + [10])
        var text = ""
        while case let bytes = try control.read(), !bytes.isEmpty {
            text += String(decoding: bytes, as: UTF8.self)
            while let end = text.firstIndex(of: "\n") {
                let command = text[..<end]
                text = String(text[text.index(after: end)...])
                guard let mark = command.firstRange(of: "\"id\":") else { continue }
                let number = command[mark.upperBound...].drop { $0 == " " }.prefix { $0.isNumber }
                try control.write("{\"return\": {}, \"id\": \(number)}\n".utf8)
            }
        }
    }

    private static func path(of chardev: String, in arguments: [String]) throws -> String {
        for argument in arguments where argument.hasPrefix("socket,id=\(chardev),") {
            if let path = argument.split(separator: ",").first(where: { $0.hasPrefix("path=") }) {
                return String(path.dropFirst(5))
            }
        }
        throw BenchError("no socket for \(chardev)")
    }
}

/// Nanoseconds of the machine's monotonic clock, which all of its processes share.
enum Stamp {
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// Times that outlive the process that writes them, because that process is killed: a file shared by memory.
struct Stamps {
    static let most = 1000
    private let words: UnsafeMutablePointer<Int64>

    init(path: String) throws {
        let file = try Descriptor(open(path, O_RDWR | O_CREAT, 0o600), path)
        let size = (1 + 2 * Self.most) * MemoryLayout<Int64>.stride
        ftruncate(file.number, off_t(size))
        let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.number, 0)
        guard let memory, memory != MAP_FAILED else { throw BenchError("mmap") }
        words = memory.bindMemory(to: Int64.self, capacity: 1 + 2 * Self.most)
    }

    /// Does something, then notes the time again and again until this process is killed.
    func untilKilled(_ body: () throws -> Void) throws {
        let place = Int(words[0]) % Self.most
        words[0] += 1
        words[1 + 2 * place] = Stamp.now
        try body()
        // A board that is not cut goes on after a while.
        let limit = Stamp.now + 2_000_000_000
        while words[2 + 2 * place] < limit { words[2 + 2 * place] = Stamp.now }
    }

    /// Milliseconds from the beginning of each deed to the last sign of its process.
    var lengths: [Double] {
        (0..<Int(words[0])).map { Double(words[2 + 2 * $0] - words[1 + 2 * $0]) / 1e6 }
    }
}

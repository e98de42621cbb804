import Glibc
import LabModel

/// Reads logs on a thread of its own.
actor LogReader {
    private static let largestPage = 4 << 20
    /// No entry is longer: messages are cut long before.
    private static let longestLine = 16 << 20

    private nonisolated let thread = BlockingThread(name: "labd-log-read")

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Whole lines from `offset` on: at most `limit` bytes of them, but at least one line where there is one. An
    /// offset inside a line begins with the next one.
    func page(of job: JobID, at path: String, from offset: Int64, limit: Int) throws(Failure) -> JobLogPage {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT
                ? Failure(.job, "job \(job) has no log")
                : Failure(.infrastructure, "the log cannot be read: \(String(cString: strerror(errno)))", at: path)
        }
        defer { close(descriptor) }
        let size = Int64(lseek(descriptor, 0, SEEK_END))
        let start = Self.beginningOfLine(at: min(max(offset, 0), max(size, 0)), in: descriptor)
        let limit = min(max(limit, 1), Self.largestPage)
        let bytes = Self.read(limit, at: start, from: descriptor)
        if let newline = bytes.lastIndex(of: UInt8(ascii: "\n")) {
            return JobLogPage(lines: Self.lines(bytes[..<newline]), next: start + Int64(newline) + 1)
        }
        // The first line is longer than the limit, or its end is not written yet.
        var wanted = limit
        while start + Int64(wanted) < size, wanted < Self.longestLine {
            wanted *= 2
            if let page = Self.firstLine(upTo: wanted, at: start, in: descriptor) { return page }
        }
        return JobLogPage(lines: [], next: start)
    }

    /// One line, when it is found within `count` bytes.
    private static func firstLine(upTo count: Int, at start: Int64, in descriptor: Int32) -> JobLogPage? {
        let bytes = read(count, at: start, from: descriptor)
        guard let newline = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        return JobLogPage(lines: lines(bytes[..<newline]), next: start + Int64(newline) + 1)
    }

    private static func lines(_ bytes: ArraySlice<UInt8>) -> [String] {
        bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func beginningOfLine(at offset: Int64, in descriptor: Int32) -> Int64 {
        guard offset > 0, read(1, at: offset - 1, from: descriptor) != [UInt8(ascii: "\n")] else { return offset }
        var place = offset
        while true {
            let bytes = read(64 << 10, at: place, from: descriptor)
            guard !bytes.isEmpty else { return place }
            if let newline = bytes.firstIndex(of: UInt8(ascii: "\n")) { return place + Int64(newline) + 1 }
            place += Int64(bytes.count)
        }
    }

    /// Up to `count` bytes; fewer at the end of the file.
    private static func read(_ count: Int, at offset: Int64, from descriptor: Int32) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let place = buffer.baseAddress.map { $0 + filled }
                let got = pread(descriptor, place, count - filled, off_t(offset) + off_t(filled))
                if got < 0 && errno == EINTR { continue }
                guard got > 0 else { return }
                filled += got
            }
        }
    }
}

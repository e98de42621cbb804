import Glibc

/// Reads many connections with one thread, and notes how old each stamp in them is.
struct StampReaders {
    struct Reader {
        let socket: Descriptor
        var bytes = 0
        var stamps = 0
        /// Nothing came when it was last waited for.
        var isSilent = false
        fileprivate var rest: [UInt8] = []
    }

    /// Milliseconds.
    private static let patience: CInt = 20_000
    private static let silence: CInt = 1000
    private static let mark = Array("stamp ".utf8)

    private var readers: [Reader]
    private var entries: [pollfd]
    private var buffer = [UInt8](repeating: 0, count: 1 << 20)
    /// Milliseconds, all readers together.
    private(set) var delays: [Double] = []

    init(_ sockets: [Descriptor]) {
        readers = sockets.map { Reader(socket: $0) }
        entries = sockets.map { pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0) }
    }

    /// Reads until all readers are as wanted.
    mutating func read(until isDone: (Reader) -> Bool) throws {
        for index in readers.indices { readers[index].isSilent = false }
        while !readers.allSatisfy(isDone) {
            let isHeard = readers.allSatisfy { $0.bytes > 0 }
            let count = poll(&entries, nfds_t(entries.count), isHeard ? Self.silence : Self.patience)
            guard count >= 0 || errno == EINTR else { throw BenchError("poll") }
            if count == 0 {
                for index in readers.indices { readers[index].isSilent = true }
                if !readers.allSatisfy(isDone) { throw BenchError("the readers were told nothing any more") }
            }
            for index in entries.indices where entries[index].revents != 0 { try take(index) }
        }
    }

    /// Looks for stamps with the C library's search: the reader must not be what is measured.
    private mutating func take(_ index: Int) throws {
        let kept = readers[index].rest.count
        buffer.replaceSubrange(0..<kept, with: readers[index].rest)
        let socket = readers[index].socket.number
        let count = buffer.withUnsafeMutableBytes {
            Glibc.read(socket, $0.baseAddress.map { $0 + kept }, $0.count - kept)
        }
        let now = Stamp.now
        guard count > 0 else { throw BenchError("labd closed a stream") }
        readers[index].bytes += count
        var found: [Int64] = []
        readers[index].rest = buffer.withUnsafeBytes { bytes in
            let text = UnsafeRawBufferPointer(rebasing: bytes[..<(kept + count)])
            return Self.unread(text, &found)
        }
        readers[index].stamps += found.count
        delays += found.map { Double(now - $0) / 1e6 }
    }

    /// Finds the whole stamps of `text`.
    ///
    /// - Returns: the end of the text, where a stamp may be cut off.
    private static func unread(_ text: UnsafeRawBufferPointer, _ found: inout [Int64]) -> [UInt8] {
        var (place, told) = (0, 0)
        while let start = text.baseAddress, place + mark.count <= text.count,
            let hit = memchr(start + place, CInt(mark[0]), text.count - place)
        {
            let begin = UnsafeRawPointer(hit) - start
            place = begin + 1
            guard begin + mark.count <= text.count, memcmp(hit, mark, mark.count) == 0 else { continue }
            var (end, value) = (begin + mark.count, Int64(0))
            while end < text.count, (48...57).contains(text[end]) {
                value = value * 10 + Int64(text[end] - 48)
                end += 1
            }
            guard end < text.count else { return Array(text[begin...]) }
            found.append(value)
            (place, told) = (end, end)
        }
        return Array(text[max(told, text.count - mark.count)...])
    }
}

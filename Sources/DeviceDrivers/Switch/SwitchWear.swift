import Glibc
import Synchronization

/// Counts how often each channel was switched: a relay is built for so many times, and a lab that cuts power for a living
/// gets there.
public protocol SwitchWear: Sendable {
    /// Called for every switch. Neither blocks nor suspends.
    func note(device: String, channel: Int)
    func count(device: String, channel: Int) -> Int
}

/// Counts in a small file: `device channel count`, one line each. Written when the lab says so, not at every switch: a
/// crash forgets the switches since then.
public final class SwitchWearFile: SwitchWear {
    private struct Key: Hashable {
        var device: String
        var channel: Int
    }

    private struct State {
        var counts: [Key: Int] = [:]
        var isDirty = false
    }

    private let path: String
    private let state = Mutex(State())

    public init(path: String) {
        self.path = path
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < 16 << 20 {
            let count = read(file, &buffer, buffer.count)
            if count <= 0 { break }
            bytes += buffer.prefix(count)
        }
        let known = bytes.split(separator: UInt8(ascii: "\n")).compactMap { line -> (Key, Int)? in
            let words = String(decoding: line, as: UTF8.self).split(separator: " ")
            guard words.count == 3, let channel = Int(words[1]), let count = Int(words[2]), count >= 0 else {
                return nil
            }
            return (Key(device: String(words[0]), channel: channel), count)
        }
        state.withLock { $0.counts = Dictionary(known, uniquingKeysWith: { max($0, $1) }) }
    }

    public func note(device: String, channel: Int) {
        state.withLock { state in
            state.counts[Key(device: device, channel: channel), default: 0] += 1
            state.isDirty = true
        }
    }

    public func count(device: String, channel: Int) -> Int {
        state.withLock { $0.counts[Key(device: device, channel: channel)] ?? 0 }
    }

    /// Writes what changed since the last time. A disk that is full loses counts, nothing else.
    public func save() {
        let counts = state.withLock { state -> [Key: Int]? in
            defer { state.isDirty = false }
            return state.isDirty ? state.counts : nil
        }
        guard let counts else { return }
        let text = counts.sorted { ($0.key.device, $0.key.channel) < ($1.key.device, $1.key.channel) }
            .map { "\($0.key.device) \($0.key.channel) \($0.value)\n" }.joined()
        let file = open(path + ".new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        let isWritten = write(file, text, text.utf8.count) == text.utf8.count
        close(file)
        if isWritten { rename(path + ".new", path) }
    }
}

import Glibc

/// What devices saw, one JSON object a line, each with the seconds of the monotonic clock: what a test holds against
/// what the host's side believes.
public final class BenchLog: Sendable {
    private let file: Int32

    /// - Parameter path: a file that is appended to; nil keeps nothing.
    public init?(path: String?) {
        guard let path else {
            file = -1
            return
        }
        file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        if file < 0 { return nil }
    }

    deinit {
        if file >= 0 { close(file) }
    }

    public func write(_ event: BenchEvent, of device: String) {
        guard file >= 0 else { return }
        var line = "{\"at\": \(Self.now()), \"device\": \(BenchEvent.Value.quoted(device))"
        line += ", \"event\": \(BenchEvent.Value.quoted(event.name))"
        for (name, value) in event.values.sorted(by: { $0.key < $1.key }) {
            line += ", \(BenchEvent.Value.quoted(name)): \(value.json)"
        }
        line += "}\n"
        // One call a line: lines of several threads and processes do not mix.
        _ = Glibc.write(file, line, line.utf8.count)
    }

    /// Seconds with six digits behind the point.
    private static func now() -> String {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let micros = String(time.tv_nsec / 1000)
        return "\(time.tv_sec)." + String(repeating: "0", count: 6 - micros.count) + micros
    }
}

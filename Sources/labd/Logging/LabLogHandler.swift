import Glibc
import LabModel
import Logging
import Synchronization

/// Writes the daemon's own log: one line an entry, to a file and to the terminal.
struct LabLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    private let label: String
    private let sinks: [LogSink]
    private let clock: any LabClock

    init(label: String, level: Logger.Level, sinks: [LogSink], clock: any LabClock) {
        self.label = label
        logLevel = level
        self.sinks = sinks
        self.clock = clock
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let pairs = metadata.merging(event.metadata ?? [:]) { $1 }
            .sorted { $0.key < $1.key }
            .map { " \($0.key)=\($0.value)" }
            .joined()
        let line = "\(clock.wall().iso8601) \(event.level) \(label): \(event.message)\(pairs)\n"
        for sink in sinks { sink.write(line) }
    }
}

/// Where log lines go.
final class LogSink: Sendable {
    private let descriptor: Mutex<Int32>

    /// The terminal.
    static let terminal = LogSink(descriptor: STDERR_FILENO)

    init(descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    /// Appends to a file, readable for its owner and group.
    ///
    /// - Throws: `configuration` when the file cannot be opened.
    convenience init(file: String) throws(Failure) {
        let descriptor = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw Failure(.configuration, "the log cannot be written: \(String(cString: strerror(errno)))", at: file)
        }
        self.init(descriptor: descriptor)
    }

    func write(_ line: String) {
        // One write a line: lines of several threads do not mix.
        let bytes = Array(line.utf8)
        descriptor.withLock { descriptor in _ = Glibc.write(descriptor, bytes, bytes.count) }
    }
}

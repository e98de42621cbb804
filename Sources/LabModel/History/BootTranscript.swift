/// What a board printed in the last boot of a job's last run, taken out of the job's log line by line. Bounded: of a boot
/// that never ends the beginning is kept.
public struct BootTranscript: Hashable, Sendable {
    /// Lines kept.
    public static let mostLines = 20_000

    public private(set) var lines: [BootLine] = []
    /// Boots that the log tells of.
    public private(set) var boots = 0
    /// Whether the log says that the boot ended well or badly; nil while it goes on.
    public private(set) var hasSucceeded: Bool?
    /// Seconds from power-on to the end of the boot, or to the last entry.
    public private(set) var duration = 0.0
    /// Lines beyond those kept.
    public private(set) var dropped = 0

    /// When the power came, or was about to.
    private var start: Double?
    private var end: Double?
    private var isOn = false

    public init() {}

    /// Adds an entry of the log.
    ///
    /// - Parameters:
    ///   - seconds: of its time; only differences count.
    ///   - message: the text; of a result `case=result`.
    public mutating func add(at seconds: Double, _ level: LogLevel, _ message: some StringProtocol) {
        switch level {
        case .info:
            // The log goes on with each run of the job, and the one before may have been on another board.
            if message.hasPrefix("job "), message.contains("' runs on ") { self = BootTranscript() }
            guard let (verb, step) = Self.mark(message) else { return }
            if verb == "start", ["reset-device", "boot-qemu-image"].contains(step) { begin(at: seconds) }
            if verb == "end", step == "auto-login-action" { end(at: seconds) }
        case .debug:
            guard isOn, hasSucceeded == nil else { return }
            if message == "power off" { restart(at: seconds) }
            if message == "power on" { powerCame(at: seconds) }
        case .results: note(message)
        case .target:
            // The console's lines and the job's own words come on different ways: a line that was printed before the end
            // may stand behind it.
            guard let start, isOn || seconds <= end ?? start else { return }
            if isOn { duration = max(0, seconds - start) }
            guard lines.count < Self.mostLines else {
                dropped += 1
                return
            }
            lines.append(BootLine(String(message), at: max(0, seconds - start)))
        case .warning, .error, .exception, .input, .feedback:
            if let start, isOn { duration = max(0, seconds - start) }
        }
    }

    private mutating func begin(at seconds: Double) {
        boots += 1
        isOn = true
        hasSucceeded = nil
        restart(at: seconds)
    }

    private mutating func restart(at seconds: Double) {
        lines = []
        dropped = 0
        duration = 0
        start = seconds
        end = nil
    }

    /// Counts from here on, or from the first line when a board was quicker than the word that it has power.
    private mutating func powerCame(at seconds: Double) {
        guard let before = start else { return }
        let shift = lines.first?.at ?? max(0, seconds - before)
        for place in lines.indices { lines[place].at -= shift }
        start = before + shift
        duration = max(0, seconds - before - shift)
    }

    private mutating func end(at seconds: Double) {
        guard isOn, let start else { return }
        duration = max(0, seconds - start)
        end = seconds
        isOn = false
    }

    /// A result that belongs to the boot; the one of the login comes just before its end mark or just after it.
    private mutating func note(_ message: some StringProtocol) {
        for step in ["bootloader-interrupt", "bootloader-commands", "auto-login-action"] {
            if message == "\(step)=fail" {
                hasSucceeded = false
            } else if message == "\(step)=pass", step == "auto-login-action" {
                hasSucceeded = true
            }
        }
    }

    /// `start: 2.3 reset-device (timeout 00:05:00)` as `start` and `reset-device`.
    private static func mark(_ message: some StringProtocol) -> (verb: String, step: String)? {
        guard message.hasPrefix("start: ") || message.hasPrefix("end: ") else { return nil }
        let words = message.split(separator: " ", maxSplits: 3)
        guard words.count >= 3 else { return nil }
        return (String(words[0].dropLast()), String(words[2]))
    }
}

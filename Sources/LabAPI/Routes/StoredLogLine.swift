import Foundation
import LabModel
import LabWire

/// An entry of a log, read from the line it is stored as. The form in which labd writes is read directly, which takes a
/// tenth of the time that a JSON decoder takes.
struct StoredLogLine {
    /// Since the beginning of 1970.
    var seconds: Double
    var level: LogLevel
    /// The text; of a result `case=result`, of anything else that is no text nothing.
    var message: String

    /// Nil for a line that is no entry.
    init?(_ line: String) {
        guard let (level, message, time) = Self.direct(line) ?? Self.decoded(line), let seconds = Self.seconds(time)
        else {
            return nil
        }
        (self.seconds, self.level, self.message) = (seconds, level, message)
    }

    /// `{"dt": "TIME", "lvl": "LEVEL", "msg": "TEXT"}`, with a text in which nothing is escaped.
    private static func direct(_ line: String) -> (LogLevel, String, Substring)? {
        let start = "{\"dt\": \"", middle = "\", \"lvl\": \"", end = "\", \"msg\": \""
        guard line.utf8.starts(with: start.utf8), line.utf8.suffix(2).elementsEqual("\"}".utf8) else { return nil }
        let bytes = line.utf8
        let time = bytes.dropFirst(start.utf8.count).prefix { $0 != 0x22 }
        var rest = bytes[time.endIndex...]
        guard rest.starts(with: middle.utf8) else { return nil }
        rest = rest.dropFirst(middle.utf8.count)
        let level = rest.prefix { $0 != 0x22 }
        rest = bytes[level.endIndex...]
        guard rest.starts(with: end.utf8), let known = LogLevel(rawValue: String(Substring(level))) else { return nil }
        let text = rest.dropFirst(end.utf8.count).dropLast(2)
        guard !text.contains(where: { $0 == 0x5C || $0 == 0x22 }) else { return nil }
        return (known, String(Substring(text)), Substring(time))
    }

    private static func decoded(_ line: String) -> (LogLevel, String, Substring)? {
        guard let entry = try? JSONDecoder().decode(LogLine.self, from: Data(line.utf8)),
            let level = LogLevel(rawValue: entry.lvl)
        else { return nil }
        if level == .results {
            let (name, result) = (entry.msg["case"]?.string ?? "", entry.msg["result"]?.string ?? "")
            return (level, "\(name)=\(result)", entry.dt[...])
        }
        return (level, entry.msg.string ?? "", entry.dt[...])
    }

    /// `2026-08-20T10:00:00.123456+00:00` in seconds; always UTC.
    private static func seconds(_ time: Substring) -> Double? {
        let numbers = time.split(whereSeparator: { !$0.isNumber }).prefix(7).compactMap { Int($0) }
        guard numbers.count >= 6, (1970...9999).contains(numbers[0]), (1...12).contains(numbers[1]) else { return nil }
        // Days of the proleptic Gregorian calendar, with years that begin in March.
        let year = numbers[1] <= 2 ? numbers[0] - 1 : numbers[0]
        let dayOfYear = (153 * ((numbers[1] + 9) % 12) + 2) / 5 + numbers[2] - 1
        let days = year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
        let whole = Double(days * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5])
        let fraction = time.split(separator: ".").dropFirst().first.map { $0.prefix { $0.isNumber } } ?? ""
        return whole + (Double("0." + fraction) ?? 0)
    }
}

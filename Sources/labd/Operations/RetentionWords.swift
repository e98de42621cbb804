import LabModel

extension RetentionPolicy {
    /// As the log and `lablctl retention` say it.
    var words: String {
        let ages = [("logs", logs), ("consoles", consoles), ("artifacts", artifacts), ("results", results)]
        return ages.map { "\($0) \(AgeText.text($1))" }.joined(separator: ", ") + ", keep_last \(keepLast)"
    }
}

extension RetentionReport {
    /// What went, in a line.
    var words: String {
        let parts = [
            (jobs, "job"), (logs, "log"), (recordings, "recording file"), (images, "cached image"),
            (consoles, "transcript"),
        ].filter { $0.0.items > 0 }.map { count, noun in
            "\(count.items) \(noun)\(count.items == 1 ? "" : "s")"
                + (count.bytes > 0 ? " (\(count.bytes >> 20) MiB)" : "")
        }
        let all = parts + (traces > 0 ? ["\(traces) old events and power changes"] : [])
        return all.isEmpty ? "nothing" : all.joined(separator: ", ")
    }
}

extension WallTime {
    /// The moment `age` before this one, held at the beginning of time.
    func earlier(by age: Duration) -> WallTime {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(age.nanoseconds)
        return WallTime(nanoseconds: overflow ? .min : difference)
    }
}

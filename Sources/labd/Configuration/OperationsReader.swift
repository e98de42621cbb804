import JobDSL
import LabModel

/// Reads `retention` and `disk` of the configuration.
struct OperationsReader {
    let root: MapReader

    func read(into configuration: inout LabdConfiguration) {
        if let map = root.map("retention") {
            configuration.retention = retention(map, configuration.retention)
            map.finish(unknown: .error)
        }
        if let map = root.map("disk") {
            if let low = mark(map, "low_water") { configuration.diskMarks.low = low }
            if let critical = mark(map, "critical") { configuration.diskMarks.critical = critical }
            map.finish(unknown: .error)
        }
    }

    private func retention(_ map: MapReader, _ standard: RetentionPolicy) -> RetentionPolicy {
        var policy = standard
        if let age = age(map, "logs") { policy.logs = age }
        if let age = age(map, "consoles") { policy.consoles = age }
        if let age = age(map, "artifacts") { policy.artifacts = age }
        if let age = age(map, "results") { policy.results = age }
        if let count = map.int("keep_last", in: 0...100_000) { policy.keepLast = count }
        if let interval = map.duration("every") {
            policy.interval = interval
            if interval < .seconds(60) {
                root.findings.error(at: map.position(of: "every"), "`every` is at least a minute")
            }
        }
        return policy
    }

    /// `.some(nil)` for `never`.
    private func age(_ map: MapReader, _ key: String) -> Duration?? {
        guard let node = map.node(key), let text = root.findings.string(node, "`\(key)`") else { return nil }
        if let age = AgeText.parse(text) { return age }
        root.findings.error(
            at: node.position, "`\(text.prefix(40))` is no age",
            suggestion: "write for example `90d`, `12 weeks`, `2y`, or `never`")
        return nil
    }

    private func mark(_ map: MapReader, _ key: String) -> DiskMark? {
        guard let node = map.node(key), let text = root.findings.string(node, "`\(key)`") else { return nil }
        if let mark = Self.mark(text) { return mark }
        root.findings.error(
            at: node.position, "`\(text.prefix(40))` is no space on a disk",
            suggestion: "write for example `1GiB`, `500 MiB`, or `5%`")
        return nil
    }

    private static let units: [String: Int64] = [
        "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40, "MB": 1_000_000, "GB": 1_000_000_000,
    ]

    /// `1GiB`, `5%`; nil for anything else.
    static func mark(_ text: String) -> DiskMark? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = String(text.dropFirst(digits.count).drop { $0 == " " })
        guard digits.utf8.count <= 12, let number = Double(digits), number >= 0 else { return nil }
        if unit == "%" { return number <= 50 ? .share(number / 100) : nil }
        guard let factor = units[unit], number * Double(factor) < 1e18 else { return nil }
        return .bytes(Int64(number * Double(factor)))
    }
}

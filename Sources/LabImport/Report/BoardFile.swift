import JobDSL
import LabModel

/// A board as it will be written.
struct BoardFile {
    var name: String
    var type: String
    var driver = "lab"
    var tags: [String] = []
    var description: String?
    var power: SwitchedChannel?
    /// A terminal of the lab's host.
    var console: String?
    var lines: [(name: String, channel: SwitchedChannel)] = []
    var variables: [(name: String, value: DataValue)] = []

    /// What labd takes as a board's name.
    static func isName(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count), let first = name.utf8.first, first != UInt8(ascii: "."),
            first != UInt8(ascii: "-")
        else { return false }
        return name.unicodeScalars.allSatisfy {
            switch $0 {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
            default: false
            }
        }
    }

    /// The file's text.
    ///
    /// - Parameters:
    ///   - origin: the first line, as a comment.
    ///   - findings: those that are not exact stand as comments below it.
    func text(origin: String, findings: [ImportReport.Finding], devices: inout DeviceTable) -> String {
        var comments = [origin]
        for finding in findings where finding.quality != .exact {
            comments.append("\(finding.quality.rawValue): \(finding.subject): \(finding.message)")
            if let advice = finding.advice { comments.append("  \(advice)") }
        }
        return PlainYAML.comment(comments) + YAMLWriter.text(of: node(&devices))
    }

    private func node(_ devices: inout DeviceTable) -> YAMLNode {
        var entries = [PlainYAML.entry("type", .string(type)), PlainYAML.entry("driver", .string(driver))]
        if let description { entries.append(PlainYAML.entry("description", .string(description))) }
        if !tags.isEmpty { entries.append(PlainYAML.entry("tags", .list(tags.map { .string($0) }))) }
        var options: [YAMLEntry] = []
        if let power { options.append(PlainYAML.entry("power", Self.node(power, &devices))) }
        if let console {
            options.append(
                PlainYAML.entry("console", PlainYAML.mapping([PlainYAML.entry("device", .string(console))])))
        }
        if !lines.isEmpty {
            var entries: [YAMLEntry] = []
            for line in lines { entries.append(PlainYAML.entry(line.name, Self.node(line.channel, &devices))) }
            options.append(PlainYAML.entry("lines", PlainYAML.mapping(entries)))
        }
        if !options.isEmpty { entries.append(PlainYAML.entry("options", PlainYAML.mapping(options))) }
        if !variables.isEmpty {
            entries.append(
                PlainYAML.entry(
                    "variables", PlainYAML.mapping(variables.map { PlainYAML.entry($0.name, $0.value) })))
        }
        return PlainYAML.mapping(entries)
    }

    private static func node(_ channel: SwitchedChannel, _ devices: inout DeviceTable) -> YAMLNode {
        var entries = [
            PlainYAML.entry("device", .string(devices.name(of: channel.device))),
            PlainYAML.entry("channel", .integer(Int64(channel.channel))),
        ]
        if channel.isInverted { entries.append(PlainYAML.entry("inverted", .bool(true))) }
        return PlainYAML.mapping(entries)
    }
}

extension DeviceTable {
    /// The file of all devices; nil when there are none.
    func file(origin: String) -> ImportedFile? {
        guard !devices.isEmpty else { return nil }
        let entries = devices.map { device in
            PlainYAML.mapping(
                [PlainYAML.entry("name", .string(device.name)), PlainYAML.entry("driver", .string(device.spec.driver))]
                    + device.spec.options.map { PlainYAML.entry($0.name, $0.value) })
        }
        let root = PlainYAML.mapping([PlainYAML.entry("devices", PlainYAML.sequence(entries))])
        return ImportedFile(
            path: "devices.yaml",
            text: PlainYAML.comment([origin, "Part of labd's configuration."]) + YAMLWriter.text(of: root),
            isPrivate: isPrivate)
    }
}

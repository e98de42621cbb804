import LabModel
import LabWire

/// What is plugged into the lab's host.
struct DiscoveryView {
    var style: TextStyle

    func lines(_ devices: [DiscoveredDevice]) -> [String] {
        let fitting = devices.filter { !$0.drivers.isEmpty }
        guard !fitting.isEmpty else {
            return [
                "nothing that a driver fits is plugged into the lab's host (\(devices.count) devices in all)",
                "devices on the network are not looked for: `lablctl discover --drivers` lists their drivers",
            ]
        }
        let others = devices.count - fitting.count
        return Array(fitting.map(block).joined(separator: [""]))
            + (others > 0 ? ["", "\(others) other devices fit no driver"] : [])
    }

    /// What came and what went, one line each; an entry to paste for what came.
    func changes(from before: [DiscoveredDevice], to now: [DiscoveredDevice]) -> [String] {
        let gone = before.filter { old in !now.contains { $0.place == old.place && $0.title == old.title } }
        let come = now.filter { new in !before.contains { $0.place == new.place && $0.title == new.title } }
        return gone.map { style.paint("- ", .red) + head($0) }
            + come.flatMap { device -> [String] in
                [style.paint("+ ", .green) + head(device)] + block(device).dropFirst()
            }
    }

    func lines(_ list: DriverList) -> [String] {
        var table = Table([
            .init("DRIVER"), .init("DEVICE", minimum: 20, leaves: 1), .init("LINK"), .init("CHANNELS"),
            .init("READ-BACK"), .init("PROVEN BY", minimum: 8, leaves: 2),
        ])
        table.rows = list.drivers.map { driver in
            [
                .init(driver.name), .init(driver.title), .init(driver.link), .init(driver.channels),
                .init(driver.readBack),
                proof(driver),
            ]
        }
        return table.lines(in: style)
    }

    private func proof(_ driver: DriverSummary) -> Table.Cell {
        let text = driver.proofs.joined(separator: ", ")
        if driver.isProven { return .init(text) }
        return .init(text.isEmpty ? "unproven" : "unproven (\(text))", .yellow)
    }

    private func head(_ device: DiscoveredDevice) -> String {
        "\(SafeText.line(device.place))  \(SafeText.line(device.title))"
    }

    private func block(_ device: DiscoveredDevice) -> [String] {
        var lines = [head(device)]
        if let first = device.drivers.first {
            var text =
                device.isCertain ? "driver \(first)" : "perhaps driver \(device.drivers.joined(separator: " or "))"
            if !device.isProven { text += style.paint(" (unproven)", .yellow) }
            lines.append("  " + text)
        }
        if !device.configured.isEmpty {
            lines.append("  in the configuration as " + device.configured.map(SafeText.line).joined(separator: ", "))
        }
        if let obstacle = device.obstacle { lines.append("  " + style.paint(SafeText.line(obstacle), .yellow)) }
        if device.configured.isEmpty, let entry = device.entry {
            lines += entry.split(separator: "\n").map { "    " + SafeText.line(String($0)) }
        }
        return lines
    }
}

import DeviceDrivers
import Foundation
import Testing

/// The guide tells of every driver what the registry says, and of none that does not exist.
@Suite struct HardwareGuideTests {
    private static let guide =
        (try? String(
            contentsOfFile: #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
                + "/docs/hardware.md", encoding: .utf8)) ?? ""

    private static func row(_ name: String) -> [String] {
        let line = guide.split(separator: "\n").first {
            $0.hasPrefix("| `\(name)` | ") && $0.filter { $0 == "|" }.count == 8
        }
        return (line ?? "").split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    @Test(arguments: DriverRegistry.kinds.map(\.facts.name)) func everyDriverIsInTheTable(_ name: String) throws {
        let facts = try #require(DriverRegistry.kind(named: name)).facts
        let row = Self.row(name)
        try #require(row.count == 7)
        #expect(row[1] == facts.title)
        #expect(row[3] == "\(facts.channels.lowerBound)...\(facts.channels.upperBound)")
        for id in facts.ids { #expect(row[2].contains("`\(id)`")) }
        #expect(row[6].contains("unproven") == !facts.isProven)
        for proof in facts.proofs { #expect(row[6].contains(proof.description)) }
        #expect(Self.guide.contains("### \(name)\n\n```yaml\n\(facts.example)\n```"))
        for option in facts.options { #expect(Self.guide.contains("| `\(option.name)` | \(option.meaning)")) }
    }

    @Test func noDriverIsMadeUp() {
        let names = Set(DriverRegistry.kinds.map(\.facts.name))
        let headings =
            Self.guide.components(separatedBy: "## Entries to paste").last?.split(separator: "\n")
            .filter { $0.hasPrefix("### ") }.map { String($0.dropFirst(4)) } ?? []
        #expect(Set(headings) == names)
    }

    /// The rules that labd ships give it every device that it knows.
    @Test func theRulesNameEveryUSBDevice() throws {
        var root = URL(filePath: #filePath).resolvingSymlinksInPath()
        for _ in 0..<3 { root.deleteLastPathComponent() }
        let rules = try String(contentsOf: root.appending(path: "packaging/udev/60-labd.rules"), encoding: .utf8)
        let lines = rules.split(separator: "\n").filter { $0.hasPrefix("ATTR{idVendor}") }
        var known: Set<String> = []
        for line in lines {
            let values = line.split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
            for product in values[3].split(separator: "|") { known.insert("\(values[1]):\(product)") }
        }
        let ids = DriverRegistry.kinds.map(\.facts).filter { $0.link == .usb }.flatMap(\.ids).map(\.description)
        #expect(known == Set(ids))
    }
}

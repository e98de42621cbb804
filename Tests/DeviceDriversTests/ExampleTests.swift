import DeviceDrivers
import LabModel
import Testing

/// The examples of the USB and serial drivers, as people paste them.
@Suite struct ExampleTests {
    static let kinds = DriverRegistry.kinds.filter { $0.facts.link == .usb || $0.facts.link == .serial }

    @Test(arguments: kinds.map(\.facts.name)) func makesADriver(_ name: String) throws {
        let kind = try #require(DriverRegistry.kind(named: name))
        let lines = kind.facts.example.split(separator: "\n")
        #expect(lines.count <= 10)
        var entry: [String: DataValue] = [:]
        for line in lines.dropFirst() {
            // Keys at the depth of one entry, comments cut off; numbers and truths as YAML has them.
            let text = line.split(separator: "#")[0].drop { $0 == " " || $0 == "-" }
            let parts = text.split(separator: ":", maxSplits: 1).map { $0.drop { $0 == " " } }
            var value = try #require(parts.last).description
            while value.last == " " { value.removeLast() }
            let quoted = value.hasPrefix("\"") && value.hasSuffix("\"")
            entry[String(parts[0])] =
                quoted
                ? .string(String(value.dropFirst().dropLast())) : Int64(value).map(DataValue.integer) ?? .string(value)
        }
        #expect(entry.removeValue(forKey: "driver") == .string(name))
        #expect(entry.removeValue(forKey: "name") != nil)
        // Network kinds such as Modbus on a serial port are made here as well: nothing is opened.
        _ = try kind.make(DriverOptions(entry, of: kind.facts, device: "example"), ModelLinks())
    }

    @Test(arguments: kinds.map(\.facts.name)) func everyOptionSaysWhatItMeans(_ name: String) throws {
        let facts = try #require(DriverRegistry.kind(named: name)).facts
        #expect(Set(facts.options.map(\.name)).count == facts.options.count)
        for option in facts.options { #expect(!option.meaning.isEmpty && !option.meaning.contains("\n")) }
    }
}

import JobDSL
import LabModel
import LabWire
import Testing

@testable import lablctl

@Suite struct NewBoardTests {
    private let questions = NewBoardQuestions(
        types: [
            DeviceTypeSummary(name: "bcm2711-rpi-4-b", description: "Raspberry Pi 4 Model B", boards: 0),
            DeviceTypeSummary(name: "bcm2837-rpi-3-b", description: "Raspberry Pi 3 Model B", boards: 0),
            DeviceTypeSummary(name: "beaglebone-black", description: "BeagleBone Black", boards: 0),
        ],
        discovered: [
            DiscoveredDevice(kind: .serial, place: "/dev/ttyUSB0", title: "FTDI"),
            DiscoveredDevice(
                kind: .usb, place: "1-4", title: "USBRelay2", drivers: ["dcttech"], isCertain: true,
                configured: ["relays"]),
            DiscoveredDevice(
                kind: .usb, place: "1-5", title: "YKUSH", drivers: ["ykush"], isCertain: true, entry: "devices:"),
        ])

    @Test func aTypeIsFoundByItsWords() {
        #expect(questions.type("beaglebone-black") == .type("beaglebone-black"))
        #expect(questions.type("raspberry 4") == .type("bcm2711-rpi-4-b"))
        #expect(questions.type("RPI") == .choices(Array(questions.types.prefix(2))))
        #expect(questions.type("jetson") == .nothing)
    }

    @Test func answersAreTakenForWhatTheyMean() throws {
        #expect(questions.console("1") == .some("/dev/ttyUSB0"))
        #expect(questions.console("/dev/ttyS1") == .some("/dev/ttyS1"))
        #expect(questions.console("") == .some(nil))
        #expect(questions.console("2") == nil)
        #expect(questions.console("ttyS1") == nil)
        #expect(questions.power("relays:3") == .some(NewBoardFile.Power("relays:3")))
        #expect(questions.power("relays") == .some(NewBoardFile.Power("relays:1")))
        #expect(questions.power("relays:x") == nil)
        #expect(questions.power(":1") == nil)
        #expect(questions.devices.map(\.name) == ["relays"])
        #expect(questions.strangers.map(\.title) == ["YKUSH"])
    }

    @Test func theFileReadsAsItWasAnswered() throws {
        var file = NewBoardFile(type: "beaglebone-black")
        file.console = "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0"
        file.power = NewBoardFile.Power("relays:3")
        file.tags = ["usb", "on"]
        file.description = "left: it's #2"
        #expect(
            file.text == """
                type: beaglebone-black
                driver: lab
                tags: [usb, 'on']
                description: 'left: it''s #2'
                options:
                  power: {device: relays, channel: 3}
                  console: {device: /dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0}

                """)
        let tree = DataValue(try YAMLText.read(file.text, file: "x.yaml"))
        #expect(tree["description"] == "left: it's #2")
        #expect(tree["tags"] == ["usb", "on"])
        #expect(tree["options"]?["console"]?["device"]?.string == file.console)
        #expect(tree["options"]?["power"]?["channel"] == 3)
    }

    @Test func badNamesAndAnswersAreRefusedAtOnce() throws {
        func parse(_ arguments: String...) throws -> NewBoardCommand {
            try #require(try Lablctl.command(for: ["board", "new"] + arguments) as? NewBoardCommand)
        }
        #expect(try parse("bbb-1", "--type", "x", "--tag", "a", "--tag", "b").tags == ["a", "b"])
        #expect(throws: (any Error).self) { try parse("../x") }
        #expect(throws: (any Error).self) { try parse("x", "--power", "a:b") }
        #expect(throws: (any Error).self) { try parse("x", "--console", "ttyS0") }
    }
}

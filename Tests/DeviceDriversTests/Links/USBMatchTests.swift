import DeviceDrivers
import LabModel
import Testing

@Suite struct USBMatchTests {
    private let relays = USBID(0x16C0, 0x05DF)
    private func device(_ path: String, _ serial: String? = nil, _ product: String = "USBRelay2") -> USBIdentity {
        USBIdentity(id: relays, product: product, serial: serial, path: path)
    }

    @Test func oneThatFitsInEveryRespect() throws {
        let others = [device("1-1", "A"), device("1-2", "B", "Other"), device("1-3", "B"), device("2-3", "C")]
        let binding = USBBinding(ids: [relays], serial: "B", productPrefix: "USBRelay", device: "relays")
        #expect(try USBMatch.one(binding, among: others).path == "1-3")
    }

    @Test func idsMustBeEqualInBothHalves() {
        let binding = USBBinding(ids: [USBID(0x16C0, 0x05DC), USBID(0x16C1, 0x05DF)], device: "relays")
        #expect(USBMatch.all(binding, among: [device("1-1")]).isEmpty)
    }

    @Test func noneIsNamedWithThoseOfEqualIds() {
        let binding = USBBinding(ids: [relays], path: "1-9", device: "relays")
        let failure = #expect(throws: Failure.self) {
            _ = try USBMatch.one(binding, among: [device("1-2"), device("1-1", "A")])
        }
        #expect(
            failure?.description == """
                relays: no USB device 16c0:05df at 1-9 is plugged in (there is A at 1-1, no serial number at 1-2)
                """)
    }

    @Test func twoThatFitAreBothNamed() {
        let binding = USBBinding(ids: [relays], device: "relays")
        let failure = #expect(throws: Failure.self) {
            _ = try USBMatch.one(binding, among: [device("3-1"), device("1-1.4")])
        }
        #expect(
            failure?.description == """
                relays: two cards with equal ids: USB device 16c0:05df is at 1-1.4 and 3-1 (bind by 'path')
                """)
    }
}

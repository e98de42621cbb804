import DeviceModels
import LabModel
import Synchronization
import Testing

/// What the models promise to those who test with them.
@Suite struct DeviceModelTests {
    @Test func everyMoveIsRecordedOnceAndTold() {
        let model = DevantechModel()
        let told = Mutex<[ContactEvent]>([])
        model.bank.onChange { event in told.withLock { $0.append(event) } }
        for byte: UInt8 in [0x65, 0x65, 0x66, 0x6F] { _ = model.take([byte]) }
        #expect(model.events.map(\.contact) == [0, 1, 0])
        #expect(model.events.map(\.isOn) == [true, true, false])
        #expect(zip(model.events, model.events.dropFirst()).allSatisfy { $0.time <= $1.time })
        #expect(told.withLock { $0 } == model.events)
    }

    @Test func aLiarAnswersWhatItWasTold() {
        let model = DevantechModel()
        model.faults = [.lies]
        _ = model.take([0x65])
        #expect(model.take([0x5B]) == [1])
        #expect(model.contacts[0] == false)
        #expect(model.events.isEmpty)
    }

    @Test func aStuckOneTellsTheTruth() {
        let model = DevantechModel()
        _ = model.take([0x65])
        model.faults = [.stuck]
        _ = model.take([0x6F])
        #expect(model.take([0x5B]) == [1])
    }

    @Test func oneThatVanishesObeysUntilThen() {
        let model = DevantechModel()
        model.faults = [.vanishes(afterCommands: 2)]
        for byte: UInt8 in [0x65, 0x66, 0x67] { _ = model.take([byte]) }
        #expect(model.contacts.prefix(3) == [true, true, false])
        #expect(model.bank.isGone)
        model.bank.plug()
        _ = model.take([0x67])
        #expect(model.contacts[2])
    }

    @Test func theSerialNumberOfACardCanBeWritten() {
        let model = DcttechModel(channels: 2)
        let write = USBSetup(requestType: 0x21, request: 0x09, value: 0x0200, index: 0, length: 8)
        #expect(model.control(write, data: [0xFA] + Array("LAB01".utf8)) == [])
        let read = USBSetup(requestType: 0xA1, request: 0x01, value: 0x0301, index: 0, length: 9)
        #expect(model.control(read, data: [])?.prefix(5).elementsEqual("LAB01".utf8) == true)
    }

    @Test func readingADLPPinLetsItGo() {
        let model = DLPIO8Model()
        _ = model.take(Array("\\1".utf8))
        #expect(model.take(Array("A".utf8)) == [1])
        #expect(model.contacts[0] == false)
    }

    /// DTR alone, both, RTS alone, none: as each of the kernel's drivers asks its chip for it.
    @Test(arguments: [
        (SerialAdapterModel.Chip.ftdi, UInt8(0x40), UInt8(0x01), [0x0301, 0x0303, 0x0302, 0x0300] as [UInt16]),
        (.ch340, 0x40, 0xA4, [0xFFDF, 0xFF9F, 0xFFBF, 0xFFFF]), (.cdc, 0x21, 0x22, [1, 3, 2, 0]),
    ])
    func adaptersDriveTheControlLines(
        _ chip: SerialAdapterModel.Chip, _ type: UInt8, _ request: UInt8, _ values: [UInt16]
    ) {
        let model = SerialAdapterModel(chip, ControlLinesModel())
        for (value, lines) in zip(values, [[true, false], [true, true], [false, true], [false, false]]) {
            let setup = USBSetup(requestType: type, request: request, value: value, index: 0, length: 0)
            #expect(model.control(setup, data: []) == [])
            #expect(model.contacts == lines)
        }
    }

    @Test func everyPacketOfAnFTDIChipBeginsWithItsStatus() {
        let model = SerialAdapterModel(.ftdi, NumatoModel())
        #expect(model.give(endpoint: 0x81, length: 512) == nil)
        #expect(model.take(Array("ver\r".utf8), endpoint: 0x02))
        #expect(model.give(endpoint: 0x81, length: 8) == [0x01, 0x60] + Array("ver\n\r0".utf8))
        #expect(model.give(endpoint: 0x81, length: 512) == [0x01, 0x60] + Array("0000008\n\r>".utf8))
        #expect(model.give(endpoint: 0x81, length: 512) == nil)
    }

    @Test func aHubSwitchesItsPortsOneByOne() {
        let model = HubModel(ports: 4)
        func power(_ port: UInt16, _ isOn: Bool) -> [UInt8]? {
            let setup = USBSetup(requestType: 0x23, request: isOn ? 3 : 1, value: 8, index: port, length: 0)
            return model.control(setup, data: [])
        }
        #expect(power(2, true) == [])
        #expect(model.contacts == [false, true, false, false])
        let status = USBSetup(requestType: 0xA3, request: 0, value: 0, index: 2, length: 4)
        #expect(model.control(status, data: []) == [0, 1, 0, 0])
        #expect(power(2, false) == [])
        #expect(model.control(status, data: []) == [0, 0, 0, 0])
        #expect(power(5, true) == nil)
    }
}

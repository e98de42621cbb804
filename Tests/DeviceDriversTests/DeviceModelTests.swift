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
}

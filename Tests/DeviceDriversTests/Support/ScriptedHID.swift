import DeviceModels
import Synchronization

/// A HID device that answers as a test says, whatever it is asked.
final class ScriptedHID: USBDeviceModel, SwitchingModel {
    let identity: USBModelIdentity
    let bank = ContactBank(1)
    private let answer: @Sendable ([UInt8]) -> [UInt8]
    private let answers = Mutex<[[UInt8]]>([])

    init(_ identity: USBModelIdentity, answer: @escaping @Sendable ([UInt8]) -> [UInt8]) {
        self.identity = identity
        self.answer = answer
    }

    func control(_ setup: USBSetup, data: [UInt8]) -> [UInt8]? { setup.isIn ? answer([]) : [] }

    func take(_ data: [UInt8], endpoint: UInt8) -> Bool {
        let answer = answer(data)
        answers.withLock { $0.append(answer + [UInt8](repeating: 0, count: 64 - answer.count)) }
        return true
    }

    func give(endpoint: UInt8, length: Int) -> [UInt8]? {
        answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
}

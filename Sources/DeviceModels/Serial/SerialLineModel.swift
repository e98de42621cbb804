import Synchronization

/// A model of a stream of bytes as a device at the end of a serial line.
public final class SerialLineModel: SerialModel {
    public let bank: ContactBank
    private let model: any ByteModel
    private let input = Mutex<[UInt8]>([])

    public init(_ model: any ByteModel) {
        self.model = model
        bank = ContactBank(model.contacts.channels.count)
    }

    public func take(_ data: [UInt8]) -> [UInt8] {
        guard bank.admit() else { return [] }
        let answers = input.withLock { input in
            input += data
            return model.answers(to: &input)
        }
        let truth = model.contacts.truth
        for (place, channel) in model.contacts.channels.enumerated() { bank.drive(place, truth[channel] ?? false) }
        return bank.garbled(answers.flatMap(\.bytes))
    }
}

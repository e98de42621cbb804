import Synchronization

/// An LCUS relay card behind a CH340, 9600 baud. It says nothing unless it is asked with `FF`, and the smallest cards
/// not even then.
public final class LCUSModel: SerialModel {
    public let bank: ContactBank
    private let answers: Bool
    private let rest = Mutex<[UInt8]>([])

    public init(channels: Int = 2, answers: Bool = true, bank: ContactBank? = nil) {
        self.bank = bank ?? ContactBank(channels)
        self.answers = answers
    }

    public func take(_ data: [UInt8]) -> [UInt8] {
        rest.withLock { rest in
            rest += data
            var out: [UInt8] = []
            while let first = rest.first {
                if first == 0xFF {
                    rest.removeFirst()
                    if bank.admit(), answers { out += bank.garbled(LCUSFrame.status(bank.said)) }
                } else if first == 0xA0 {
                    guard rest.count >= 4 else { break }
                    if bank.admit(), let (relay, isOn) = LCUSFrame.command(in: rest) { bank.drive(relay - 1, isOn) }
                    rest.removeFirst(4)
                } else {
                    rest.removeFirst()
                }
            }
            return out
        }
    }
}

import Synchronization

/// The LC-US8 and Noyito relay cards on HID: four bytes a command, and text on demand from some of them.
public final class LCUSHIDModel: USBDeviceModel, SwitchingModel {
    /// How a card is asked for its state.
    public enum Status: Sendable {
        /// `A0 0F 02 B1`, Noyito.
        case frame
        /// A bare `FF`, LC-US8.
        case byte
        case none
    }

    public let identity: USBModelIdentity
    public let bank: ContactBank
    private let status: Status
    private let acknowledges: Bool
    private let answers = Mutex<[[UInt8]]>([])

    /// - Parameter acknowledges: whether a packet follows every command, as labgrid's driver waits for one. What stands
    ///   in it no source says; here it is the command again.
    public init(
        channels: Int = 8, status: Status = .frame, acknowledges: Bool = true, bank: ContactBank? = nil
    ) {
        self.acknowledges = acknowledges
        self.bank = bank ?? ContactBank(channels)
        self.status = status
        identity = USBModelIdentity(
            vendor: 0x5131, product: 0x2007, manufacturer: "MSR", productName: "MSR-101U",
            interfaces: [
                .hid(
                    reportLength: 64,
                    endpoints: [
                        .init(address: 0x81, attributes: 3, packetSize: 64, interval: 10),
                        .init(address: 0x02, attributes: 3, packetSize: 64, interval: 10),
                    ])
            ])
    }

    public func control(_ setup: USBSetup, data: [UInt8]) -> [UInt8]? {
        guard bank.admit() else { return nil }
        switch (setup.requestType, setup.request) {
        case (0x21, 0x09): return obey(data) ? [] : nil  // SET_REPORT
        case (0x21, 0x0A): return []  // SET_IDLE
        default: return nil
        }
    }

    public func take(_ data: [UInt8], endpoint: UInt8) -> Bool { bank.admit() && obey(data) }

    public func give(endpoint: UInt8, length: Int) -> [UInt8]? {
        guard bank.answerDelay != nil else { return nil }
        return answers.withLock { $0.isEmpty ? nil : Array($0.removeFirst().prefix(length)) }
    }

    private func obey(_ frame: [UInt8]) -> Bool {
        if frame.first == 0xFF {
            if status == .byte { answer() }
        } else if frame.starts(with: [0xA0, 0x0F, 0x02, 0xB1]) {
            if status == .frame { answer() }
        } else if let (relay, isOn) = LCUSFrame.command(in: frame) {
            bank.drive(relay - 1, isOn)
            if acknowledges {
                let echo = frame.prefix(4) + [UInt8](repeating: 0, count: 60)
                answers.withLock { $0.append(Array(echo)) }
            }
        }
        return true
    }

    /// The text in packets of the endpoint's size, the last one filled up with zeros.
    private func answer() {
        var text = bank.garbled(LCUSFrame.status(bank.said))
        var packets: [[UInt8]] = []
        while !text.isEmpty {
            let packet = Array(text.prefix(64))
            packets.append(packet + [UInt8](repeating: 0, count: 64 - packet.count))
            text.removeFirst(packet.count)
        }
        answers.withLock { $0 += packets }
    }
}

/// The relay card `HIDRelay` by Ucreatefun: it obeys output reports and says nothing.
public final class UcreatefunModel: USBDeviceModel, SwitchingModel {
    public let identity: USBModelIdentity
    public let bank: ContactBank

    /// - Parameter serial: of the descriptor; all cards have the same (usbrelay's README).
    public init(channels: Int = 8, serial: String? = "A0001", bank: ContactBank? = nil) {
        self.bank = bank ?? ContactBank(channels)
        identity = USBModelIdentity(
            vendor: 0x0519, product: 0x2018, manufacturer: "Ucreatefun.com", productName: "HIDRelay", serial: serial,
            interfaces: [
                .hid(
                    reportLength: 8,
                    endpoints: [
                        .init(address: 0x81, attributes: 3, packetSize: 8, interval: 10),
                        .init(address: 0x01, attributes: 3, packetSize: 8, interval: 10),
                    ])
            ])
    }

    public func control(_ setup: USBSetup, data: [UInt8]) -> [UInt8]? {
        guard bank.admit() else { return nil }
        switch (setup.requestType, setup.request) {
        case (0x21, 0x09): return obey(data) ? [] : nil  // SET_REPORT, for hosts that do not use the endpoint.
        case (0x21, 0x0A): return []  // SET_IDLE
        default: return nil
        }
    }

    public func take(_ data: [UInt8], endpoint: UInt8) -> Bool { bank.admit() && obey(data) }

    /// usbrelay: the first byte is the relay's number, plus F0 to energise it; 9 is all of them.
    private func obey(_ frame: [UInt8]) -> Bool {
        guard let code = frame.first else { return false }
        let (relay, isOn) = (Int(code & 0x0F), code & 0xF0 == 0xF0)
        if relay == 9 { bank.drive(mask: isOn ? 0xFF : 0) } else { bank.drive(relay - 1, isOn) }
        return true
    }
}

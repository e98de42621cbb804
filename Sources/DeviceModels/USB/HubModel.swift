import Synchronization

/// A USB 2 hub at full speed that switches the power of each of its ports, with nothing plugged into any of them (USB
/// 2.0, section 11.24). Its contacts are the switches.
public final class HubModel: USBDeviceModel, SwitchingModel {
    public let identity: USBModelIdentity
    public let bank: ContactBank

    public init(ports: Int = 4, serial: String? = nil, bank: ContactBank? = nil) {
        self.bank = bank ?? ContactBank(ports)
        var identity = USBModelIdentity(
            vendor: 0x1A40, product: 0x0101, productName: "USB 2.0 Hub", serial: serial,
            interfaces: [
                .init(
                    classCode: 9, endpoints: [.init(address: 0x81, attributes: 3, packetSize: 1, interval: 255)])
            ])
        identity.classCode = 9
        self.identity = identity
    }

    public func control(_ setup: USBSetup, data: [UInt8]) -> [UInt8]? {
        guard bank.admit() else { return nil }
        switch (setup.requestType, setup.request) {
        case (0xA0, 6): return descriptor
        case (0xA0, 0): return [0, 0, 0, 0]  // Its own supply is there, no over-current.
        case (0x20, 1), (0x20, 3): return []
        case (0xA3, 0): return status(of: Int(setup.index & 0xFF) - 1)
        case (0x23, 1): return change(setup, false)
        case (0x23, 3): return change(setup, true)
        default: return nil
        }
    }

    /// Table 11-13: ports switched one by one, over-current reported for each; 2 ms from on to good.
    private var descriptor: [UInt8] { [9, 0x29, UInt8(bank.count), 0x09, 0, 1, 0, 0, 0xFF] }

    /// Table 11-21: bit 8 is the power.
    private func status(of port: Int) -> [UInt8]? {
        bank.contacts.indices.contains(port) ? bank.garbled([0, bank.said[port] ? 1 : 0, 0, 0]) : nil
    }

    /// Feature 8 is the port's power (table 11-17); without a device the others say nothing.
    private func change(_ setup: USBSetup, _ isOn: Bool) -> [UInt8]? {
        let port = Int(setup.index & 0xFF) - 1
        guard bank.contacts.indices.contains(port) else { return nil }
        if setup.value == 8 { bank.drive(port, isOn) }
        return []
    }
}

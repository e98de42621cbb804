import Synchronization

/// The dutlink board: power, storage and a console behind one plug. The requests are those of its published firmware
/// (dutlink-firmware, control.rs): vendor requests to an interface of class ff/01/01.
public final class DutlinkModel: USBDeviceModel, SwitchingModel {
    public let identity: USBModelIdentity
    /// One contact: the board's power.
    public let bank: ContactBank
    private struct State {
        /// Tenths of a milliwatt would be vain: the device prints two digits.
        var meter = "0.00W 0.00V 0.00A"
        /// Off, host, board.
        var storage = 0
    }
    private let state = Mutex(State())
    /// Behind the two of the console.
    private static let interface: UInt16 = 2

    public init(serial: String = "e5a1b2c3", bank: ContactBank? = nil) {
        self.bank = bank ?? ContactBank(1)
        // CDC 1.2, section 5.2.3: header, call management, abstract control, union of interfaces 0 and 1.
        let console: [UInt8] = [5, 0x24, 0, 0x10, 1, 5, 0x24, 1, 0, 1, 4, 0x24, 2, 2, 5, 0x24, 6, 0, 1]
        identity = USBModelIdentity(
            vendor: 0x2B23, product: 0x1012, manufacturer: "Red Hat Inc.", productName: "Jumpstarter", serial: serial,
            interfaces: [
                .init(
                    classCode: 2, subclassCode: 2, protocolCode: 1, classDescriptors: console,
                    endpoints: [.init(address: 0x81, attributes: 3, packetSize: 8, interval: 255)]),
                .init(
                    classCode: 10,
                    endpoints: [
                        .init(address: 0x82, attributes: 2, packetSize: 64),
                        .init(address: 0x02, attributes: 2, packetSize: 64),
                    ]),
                .init(classCode: 0xFF, subclassCode: 1, protocolCode: 1),
            ])
    }

    /// 0 off, 1 host, 2 board.
    public var storage: Int { state.withLock { $0.storage } }

    public func control(_ setup: USBSetup, data: [UInt8]) -> [UInt8]? {
        guard bank.admit() else { return nil }
        switch (setup.requestType, setup.index) {
        case (0x21, 0): return setup.request == 0x20 || setup.request == 0x22 ? [] : nil  // CDC: line coding and state
        case (0x41, Self.interface): return obey(setup) ? [] : nil
        case (0xC1, Self.interface) where setup.request == 4:
            return answer(setup.value).map { Array(bank.garbled(Array($0.utf8)).prefix(Int(setup.length))) }
        default: return nil
        }
    }

    public func take(_ data: [UInt8], endpoint: UInt8) -> Bool { endpoint == 0x02 && bank.admit() }

    /// 0 refreshes what is read, 1 power (off, on, both without the configured lines, rescue), 2 storage.
    private func obey(_ setup: USBSetup) -> Bool {
        switch (setup.request, setup.value) {
        case (0, _):
            state.withLock { $0.meter = bank.said[0] ? "6.05W 12.10V 0.50A" : "0.00W 0.00V 0.00A" }
        case (1, 0), (1, 2): bank.drive(0, false)
        case (1, 1), (1, 3), (1, 4): bank.drive(0, true)
        case (2, 0...2): state.withLock { $0.storage = Int(setup.value) }
        default: return false
        }
        return true
    }

    /// 0 version, 1 everything of the meter, 2 voltage, 3 current.
    private func answer(_ key: UInt16) -> String? {
        let parts = state.withLock { $0.meter }.split(separator: " ").map(String.init)
        return switch key {
        case 0: "0.07"
        case 1: parts.joined(separator: " ")
        case 2: parts[1]
        case 3: parts[2]
        default: nil
        }
    }
}

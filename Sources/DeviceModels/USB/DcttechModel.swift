import Synchronization

/// The relay cards named `USBRelay1` to `USBRelay8`: a V-USB device (objdev.at) that answers one feature report.
///
/// Its firmware looks at the request alone: neither at the recipient nor at the report's type or number, so that hidraw's
/// output reports (0x02) work as well as libusb's feature reports (0x03). Some clones insist on the interface.
public final class DcttechModel: USBDeviceModel, SwitchingModel {
    public let identity: USBModelIdentity
    public let bank: ContactBank
    private let stallsDeviceRequests: Bool
    private let serial: Mutex<[UInt8]>

    /// - Parameter serial: five printable characters; they are in the report, not in the descriptor.
    public init(
        channels: Int, serial: String = "HURTM", stallsDeviceRequests: Bool = false, bank: ContactBank? = nil
    ) {
        self.bank = bank ?? ContactBank(channels)
        self.stallsDeviceRequests = stallsDeviceRequests
        self.serial = Mutex(Self.padded(Array(serial.utf8)))
        identity = USBModelIdentity(
            vendor: 0x16C0, product: 0x05DF, speed: .low, manufacturer: "www.dcttech.com",
            productName: "USBRelay\(channels)",
            interfaces: [
                .hid(
                    reportLength: 8, isFeature: true,
                    endpoints: [.init(address: 0x81, attributes: 3, packetSize: 8, interval: 20)])
            ])
    }

    public func control(_ setup: USBSetup, data: [UInt8]) -> [UInt8]? {
        guard bank.admit() else { return nil }
        // Bits 6...5: class request; bits 4...0: 0 device, 1 interface (USB 2.0, table 9-2).
        guard setup.requestType & 0x60 == 0x20 else { return nil }
        if stallsDeviceRequests && setup.requestType & 0x1F == 0 { return nil }
        switch (setup.request, setup.isIn) {
        case (0x01, true):  // GET_REPORT (HID 1.11, 7.2.1): [0...4] serial, [7] relays, bit 0 the first.
            let answer = serial.withLock { $0 } + [0, 0, UInt8(truncatingIfNeeded: bank.saidMask)]
            return Array(bank.garbled(answer).prefix(Int(setup.length)))
        case (0x09, false):  // SET_REPORT (HID 1.11, 7.2.2)
            return obey(data) ? [] : nil
        case (0x0A, false): return []  // SET_IDLE, which hosts send to every HID device.
        default: return nil
        }
    }

    /// Opcodes as usbrelay and its README have them: FF n on, FD n off, FE all on, FC all off, FA and five bytes serial.
    private func obey(_ frame: [UInt8]) -> Bool {
        guard frame.count >= 2 else { return false }
        let relay = Int(frame[1]) - 1
        switch frame[0] {
        case 0xFF: bank.drive(relay, true)
        case 0xFD: bank.drive(relay, false)
        case 0xFE: bank.drive(mask: 0xFF)
        case 0xFC: bank.drive(mask: 0)
        case 0xFA: serial.withLock { $0 = Self.padded(Array(frame.dropFirst())) }
        default: break
        }
        return true
    }

    private static func padded(_ text: [UInt8]) -> [UInt8] { Array((text + [0, 0, 0, 0, 0]).prefix(5)) }
}

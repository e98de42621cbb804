public import LabModel
import Synchronization

/// A USB serial port with a device behind it: the kernel's own driver makes a terminal of it, whose bytes and control
/// lines reach the device's model.
public final class SerialAdapterModel: USBDeviceModel, SwitchingModel {
    public enum Chip: Sendable {
        /// FT232R, for `ftdi_sio`: every packet to the host begins with two bytes of status.
        case ftdi
        /// CH340, for `ch341`.
        case ch340
        /// A port of the class for modems (USB CDC PSTN 1.2), for `cdc_acm`.
        case cdc
    }

    private struct State {
        /// What the device said, and when each of it is to leave.
        var coming: [(due: MonotonicTime, bytes: [UInt8])] = []
        var lineCoding: [UInt8] = [0x80, 0x25, 0, 0, 0, 0, 8]
    }

    public let identity: USBModelIdentity
    public var bank: ContactBank { device.bank }
    private let chip: Chip
    private let device: any SwitchingModel
    private let clock: any LabClock
    private let state = Mutex(State())

    /// - Parameters:
    ///   - device: a `SerialModel` gets the bytes, a `ControlLinesModel` the control lines.
    ///   - id: vendor and product, when they are not the chip's own.
    public init(
        _ chip: Chip, _ device: any SwitchingModel, id: (vendor: UInt16, product: UInt16)? = nil, serial: String? = nil,
        clock: any LabClock = SystemLabClock()
    ) {
        self.chip = chip
        self.device = device
        self.clock = clock
        identity = Self.identity(chip, id, serial)
    }

    public func control(_ setup: USBSetup, data: [UInt8]) -> [UInt8]? {
        if bank.isGone { return nil }
        return switch chip {
        case .ftdi: controlFTDI(setup)
        case .ch340: controlCH340(setup)
        case .cdc: controlCDC(setup, data)
        }
    }

    public func take(_ data: [UInt8], endpoint: UInt8) -> Bool {
        guard endpoint == 0x02, !bank.isGone else { return false }
        let answer = (device as? any SerialModel)?.take(data) ?? []
        if let delay = bank.answerDelay, !answer.isEmpty {
            let due = clock.monotonic().advanced(by: delay)
            state.withLock { $0.coming.append((due, answer)) }
        }
        return !bank.isGone
    }

    public func give(endpoint: UInt8, length: Int) -> [UInt8]? {
        // What tells of changes of the lines to the host never does: nothing drives those.
        guard endpoint == 0x82 || (endpoint == 0x81 && chip == .ftdi) else { return nil }
        let now = clock.monotonic()
        let head: [UInt8] = chip == .ftdi ? Self.ftdiStatus : []
        // One packet, also where the host would take more: the status stands before each.
        let room = min(length, 64) - head.count
        return state.withLock { state in
            guard room > 0, let first = state.coming.first, first.due <= now else { return nil }
            let some = first.bytes.prefix(room)
            if some.count == first.bytes.count {
                state.coming.removeFirst()
            } else {
                state.coming[0].bytes.removeFirst(some.count)
            }
            return head + some
        }
    }

    // MARK: - Requests

    /// Nothing received wrongly, and the sender has nothing left to send (libftdi, `ftdi_poll_modem_status`).
    private static let ftdiStatus: [UInt8] = [0x01, 0x60]

    /// As the kernel's `ftdi_sio.h` names them.
    private func controlFTDI(_ setup: USBSetup) -> [UInt8]? {
        switch (setup.requestType, setup.request) {
        case (0x40, 1):  // SET_MODEM_CTRL: values in the low byte, which of them count in the high one.
            let (values, mask) = (setup.value & 0xFF, setup.value >> 8)
            return drive(dtr: mask & 1 == 0 ? nil : values & 1 != 0, rts: mask & 2 == 0 ? nil : values & 2 != 0)
        case (0x40, 0...0x0B): return []  // Reset, flow control, speed, format, characters, latency, pins.
        case (0xC0, 5): return Self.ftdiStatus
        case (0xC0, 0x0A): return [16]  // Latency in milliseconds.
        case (0xC0, 0x90): return [0xFF, 0xFF]  // A word of an empty EEPROM.
        default: return nil
        }
    }

    /// As the kernel's `ch341.c` names them.
    private func controlCH340(_ setup: USBSetup) -> [UInt8]? {
        switch (setup.requestType, setup.request) {
        case (0x40, 0xA4):  // MODEM_CTRL: DTR bit 5, RTS bit 6, both inverted.
            return drive(dtr: setup.value & 0x20 == 0, rts: setup.value & 0x40 == 0)
        case (0x40, 0x9A), (0x40, 0xA1): return []  // A register, and the beginning.
        case (0xC0, 0x5F): return [0x31, 0]  // Version.
        // Modem status, inverted: nothing is asserted. Other registers read as zero.
        case (0xC0, 0x95): return setup.value == 0x0706 ? [0xFF, 0xEE] : [0, 0]
        default: return nil
        }
    }

    /// USB CDC PSTN 1.2, section 6.3.
    private func controlCDC(_ setup: USBSetup, _ data: [UInt8]) -> [UInt8]? {
        switch (setup.requestType, setup.request) {
        case (0x21, 0x20):
            state.withLock { $0.lineCoding = data }
            return []
        case (0xA1, 0x21): return state.withLock { $0.lineCoding }
        case (0x21, 0x22): return drive(dtr: setup.value & 1 != 0, rts: setup.value & 2 != 0)
        case (0x21, 0x23): return []  // A break.
        default: return nil
        }
    }

    private func drive(dtr: Bool?, rts: Bool?) -> [UInt8]? {
        guard let lines = device as? ControlLinesModel else { return [] }
        return lines.set(dtr: dtr, rts: rts) ? [] : nil
    }

    private static func identity(
        _ chip: Chip, _ id: (vendor: UInt16, product: UInt16)?, _ serial: String?
    ) -> USBModelIdentity {
        let bulk: [USBModelIdentity.Endpoint] = [
            .init(address: 0x82, attributes: 2, packetSize: 64, interval: 0),
            .init(address: 0x02, attributes: 2, packetSize: 64, interval: 0),
        ]
        switch chip {
        case .ftdi:
            return USBModelIdentity(
                vendor: id?.vendor ?? 0x0403, product: id?.product ?? 0x6001, release: 0x0600, manufacturer: "FTDI",
                productName: "FT232R USB UART", serial: serial,
                interfaces: [
                    .init(
                        classCode: 0xFF, subclassCode: 0xFF, protocolCode: 0xFF,
                        endpoints: [.init(address: 0x81, attributes: 2, packetSize: 64, interval: 0), bulk[1]])
                ])
        case .ch340:
            return USBModelIdentity(
                vendor: id?.vendor ?? 0x1A86, product: id?.product ?? 0x7523, release: 0x0264,
                productName: "USB Serial",
                serial: serial,
                interfaces: [
                    .init(
                        classCode: 0xFF, subclassCode: 1, protocolCode: 2,
                        endpoints: bulk + [.init(address: 0x81, attributes: 3, packetSize: 8)])
                ])
        case .cdc:
            // CDC 1.2, section 5.2.3: header, call management, abstract control, union of interfaces 0 and 1.
            let functions: [UInt8] = [5, 0x24, 0, 0x10, 1, 5, 0x24, 1, 0, 1, 4, 0x24, 2, 2, 5, 0x24, 6, 0, 1]
            return USBModelIdentity(
                vendor: id?.vendor ?? 0x04D8, product: id?.product ?? 0x000A, manufacturer: "Microchip Technology Inc.",
                productName: "CDC RS-232 Emulation Demo", serial: serial,
                interfaces: [
                    .init(
                        classCode: 2, subclassCode: 2, protocolCode: 1, classDescriptors: functions,
                        endpoints: [.init(address: 0x81, attributes: 3, packetSize: 8, interval: 2)]),
                    .init(classCode: 10, endpoints: bulk),
                ])
        }
    }
}

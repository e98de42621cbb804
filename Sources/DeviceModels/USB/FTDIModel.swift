import Synchronization

/// A serial chip by FTDI whose pins are driven one by one: the eight of a channel, or the four control pins.
///
/// The requests are libftdi's; the releases are those by which the kernel's `ftdi_sio` tells the chips apart.
public final class FTDIModel: USBDeviceModel, SwitchingModel {
    public let identity: USBModelIdentity
    public let bank: ContactBank
    private struct State {
        /// 0 serial, 1 the eight pins, 0x20 the control pins.
        var mode: UInt8 = 0
        var directions = 0
        var outputs = 0
    }
    private let state = Mutex(State())
    /// wIndex of the channel that is modelled: 1 on chips with several. Those with one take 0 as well, which programs
    /// use for it, while the kernel's `ftdi_sio` says 1 to the newer ones.
    private let indices: ClosedRange<UInt16>
    private let isControlPins: Bool

    public init(
        product: UInt16 = 0x6001, controlPins: Bool = false, serial: String = "A50285BI", bank: ContactBank? = nil
    ) {
        isControlPins = controlPins
        self.bank = bank ?? ContactBank(controlPins ? 4 : 8)
        let releases: [UInt16: UInt16] = [
            0x6001: 0x0600, 0x6010: 0x0700, 0x6011: 0x0800, 0x6014: 0x0900, 0x6015: 0x1000,
        ]
        let channels: UInt8 = product == 0x6010 ? 2 : product == 0x6011 ? 4 : 1
        indices = channels > 1 ? 1...1 : 0...1
        identity = USBModelIdentity(
            vendor: 0x0403, product: product, release: releases[product] ?? 0x0600, manufacturer: "FTDI",
            productName: "USB Serial Converter", serial: serial,
            interfaces: (0..<channels).map { channel in
                .init(
                    classCode: 0xFF, subclassCode: 0xFF, protocolCode: 0xFF,
                    endpoints: [
                        .init(address: 0x81 + 2 * channel, attributes: 2, packetSize: 64),
                        .init(address: 0x02 + 2 * channel, attributes: 2, packetSize: 64),
                    ])
            })
    }

    public func control(_ setup: USBSetup, data: [UInt8]) -> [UInt8]? {
        guard bank.admit() else { return nil }
        switch (setup.requestType, setup.request) {
        case (0x40, 0x0B) where indices.contains(setup.index):  // Mode in the high byte, directions in the low one.
            enter(UInt8(setup.value >> 8), Int(setup.value & 0xFF))
            return []
        case (0x40, 0...9): return []  // Reset, lines, flow control, speed, format, characters, latency.
        case (0xC0, 0x0C) where indices.contains(setup.index): return bank.garbled([UInt8(truncatingIfNeeded: pins)])
        case (0xC0, 0x05): return [0x01, 0x60]  // Modem status, as the head of every packet.
        case (0xC0, 0x0A): return [16]  // Latency in milliseconds.
        case (0xC0, 0x90): return eeprom(word: setup.index)
        default: return nil
        }
    }

    public func take(_ data: [UInt8], endpoint: UInt8) -> Bool {
        guard bank.admit() else { return false }
        if endpoint == 0x02, let last = data.last { state.withLock { if $0.mode == 1 { $0.outputs = Int(last) } } }
        apply()
        return true
    }

    public func give(endpoint: UInt8, length: Int) -> [UInt8]? { bank.answerDelay == nil ? nil : [0x01, 0x60] }

    /// What an EEPROM says that nobody wrote, except for what the control pins are: I/O, where they are modelled. FT-X chips
    /// have a byte a pin from 1A on, 8 for I/O; the others a nibble a pin from 14 on, A for I/O (libftdi, `ftdi_sio.h`).
    private func eeprom(word: UInt16) -> [UInt8] {
        guard isControlPins else { return [0xFF, 0xFF] }
        if identity.product == 0x6015 { return word == 0x0D || word == 0x0E ? [0x08, 0x08] : [0xFF, 0xFF] }
        return word == 0x0A ? [0xAA, 0xAA] : [0xFF, 0xFF]
    }

    private func enter(_ mode: UInt8, _ mask: Int) {
        state.withLock { state in
            state.mode = mode
            state.directions = mode == 0x20 ? mask >> 4 : mask
            if mode == 0x20 { state.outputs = mask & 0x0F }
            if mode == 0 { state.directions = 0 }
        }
        apply()
    }

    /// A pin that is not driven lets its relay go.
    private func apply() {
        let mask = state.withLock { state -> Int in
            guard state.mode == (isControlPins ? 0x20 : 1) else { return 0 }
            return state.directions & state.outputs
        }
        bank.drive(mask: mask)
    }

    private var pins: Int { bank.saidMask }
}

import Synchronization

/// Microchip's MCP2221A: a USB serial port, an I2C master and four pins, set by reports of 64 bytes. The protocol is that
/// of the vendor's data sheet DS20005565, chapter 3.
///
/// Nothing is on its I2C bus. What goes into its serial port comes out again, as with a wire between its two lines.
public final class MCP2221Model: USBDeviceModel, SwitchingModel {
    private enum Command: UInt8 {
        case status = 0x10
        case readI2C = 0x40
        case setGPIO = 0x50, getGPIO
        case setSRAM = 0x60, getSRAM
        case reset = 0x70
        case writeI2C = 0x90, readDataI2C, writeRepeatedI2C, readDataRepeatedI2C, writeNoStopI2C
        case readFlash = 0xB0, writeFlash, password
    }

    private enum Endpoint {
        static let serialEvents: UInt8 = 0x81
        static let serialOut: UInt8 = 0x02
        static let serialIn: UInt8 = 0x82
        static let reportOut: UInt8 = 0x03
        static let reportIn: UInt8 = 0x83
    }

    private struct State {
        var pins: [MCP2221Pin]
        /// What the chip tells of its settings: as they were last set, whatever its pins were told since.
        var settings: [UInt8]
        var reports: [[UInt8]] = []
        var serial: [UInt8] = []
        var lineCoding: [UInt8] = [0x80, 0x25, 0, 0, 0, 0, 8]
    }

    public let identity: USBModelIdentity
    /// The pins: a contact is on while its pin is driven high.
    public let bank: ContactBank
    private let powerOn: [MCP2221Pin]
    private let watch: @Sendable (Int, MCP2221Pin) -> Void
    private let state: Mutex<State>

    /// - Parameter pins: as the chip's flash sets them when it gets power. Plain inputs, unless said.
    /// - Parameter watch: is told of every pin that changed, and at first of all.
    public init(
        serial: String? = nil, pins: [MCP2221Pin] = [MCP2221Pin](repeating: MCP2221Pin(), count: 4),
        bank: ContactBank? = nil, watch: @escaping @Sendable (Int, MCP2221Pin) -> Void = { _, _ in }
    ) {
        precondition(pins.count == 4, "the chip has four pins")
        self.bank = bank ?? ContactBank(4)
        identity = Self.identity(serial: serial)
        powerOn = pins
        self.watch = watch
        state = Mutex(State(pins: pins, settings: pins.map(\.setting)))
        for (number, pin) in pins.enumerated() { watch(number, pin) }
    }

    /// What is on the pins now, for tests.
    public var pins: [MCP2221Pin] { state.withLock { $0.pins } }

    /// Puts a level on an input, as a board does.
    public func drive(_ pin: Int, _ value: Bool) {
        change { state in if !state.pins[pin].isOutput { state.pins[pin].value = value } }
    }

    public func control(_ setup: USBSetup, data: [UInt8]) -> [UInt8]? {
        // The serial port's requests (USB CDC PSTN 1.2, section 6.3) and SET_IDLE of HID.
        switch (setup.requestType, setup.request) {
        case (0x21, 0x20):
            state.withLock { $0.lineCoding = data }
            return []
        case (0xA1, 0x21): return state.withLock { $0.lineCoding }
        case (0x21, 0x22), (0x21, 0x0A): return []
        default: return nil
        }
    }

    public func take(_ data: [UInt8], endpoint: UInt8) -> Bool {
        switch endpoint {
        case Endpoint.serialOut: state.withLock { $0.serial += data }
        case Endpoint.reportOut:
            guard (1...64).contains(data.count), bank.admit() else { return false }
            // The kernel's driver sends as much of a report as it has something to say in.
            let command = data + [UInt8](repeating: 0, count: 64 - data.count)
            if let answer = obey(command) { state.withLock { $0.reports.append(bank.garbled(answer)) } }
        default: return false
        }
        return true
    }

    public func give(endpoint: UInt8, length: Int) -> [UInt8]? {
        state.withLock { state in
            switch endpoint {
            case Endpoint.serialIn where !state.serial.isEmpty:
                let some = Array(state.serial.prefix(length))
                state.serial.removeFirst(some.count)
                return some
            case Endpoint.reportIn where !state.reports.isEmpty: return state.reports.removeFirst()
            default: return nil
            }
        }
    }

    // MARK: - Commands

    /// - Returns: the answer; a reset alone has none.
    private func obey(_ command: [UInt8]) -> [UInt8]? {
        var answer = [UInt8](repeating: 0, count: 64)
        answer[0] = command[0]
        switch Command(rawValue: command[0]) {
        case .status: status(command, &answer)
        case .setGPIO: setGPIO(command, &answer)
        case .getGPIO: getGPIO(&answer)
        case .setSRAM: setSRAM(command)
        case .getSRAM: getSRAM(&answer)
        case .readFlash: readFlash(command[1], &answer)
        // Nobody answers on the bus: the write is taken, then no acknowledge; there is nothing to read.
        case .writeI2C, .writeRepeatedI2C, .writeNoStopI2C, .readDataI2C, .readDataRepeatedI2C: break
        case .readI2C: answer[1] = 0x41
        case .reset:
            change { state in
                state.pins = powerOn
                state.settings = powerOn.map(\.setting)
            }
            return nil
        // Flash keeps what it has; the command is one that the chip knows.
        case .writeFlash, .password: break
        case nil: answer[1] = 0x01
        }
        return answer
    }

    /// Table 3-1 and 3-2: what is being done on the I2C bus, its speed, the chip's revision.
    private func status(_ command: [UInt8], _ answer: inout [UInt8]) {
        if command[2] == 0x10 { answer[2] = 0x10 }
        if command[3] == 0x20 {
            answer[3] = 0x20
            answer[4] = command[4]
        }
        // The bus is idle, both lines are high; "A6", "12".
        answer[20] = 0x40
        answer.replaceSubrange(22...23, with: [1, 1])
        answer.replaceSubrange(46...49, with: Array("A612".utf8))
    }

    /// Table 3-30 and 3-31: four bytes a pin, whether to change the value, the value, whether to change the direction,
    /// the direction, 1 for an input.
    private func setGPIO(_ command: [UInt8], _ answer: inout [UInt8]) {
        change { state in
            for pin in 0..<4 {
                let at = 2 + 4 * pin
                answer.replaceSubrange(at..<at + 4, with: command[at..<at + 4])
                guard state.pins[pin].isGPIO else {
                    answer[at + 1] = 0xEE
                    answer[at + 3] = 0xEE
                    continue
                }
                if command[at] != 0 { state.pins[pin].value = command[at + 1] != 0 }
                if command[at + 2] != 0 { state.pins[pin].isOutput = command[at + 3] == 0 }
            }
        }
    }

    /// Table 3-33: two bytes a pin, value and direction.
    private func getGPIO(_ answer: inout [UInt8]) {
        let said = bank.said
        for (number, pin) in pins.enumerated() {
            let value = pin.isOutput ? said[number] : pin.value
            answer[2 + 2 * number] = pin.isGPIO ? (value ? 1 : 0) : 0xEE
            answer[3 + 2 * number] = pin.isGPIO ? (pin.isOutput ? 0 : 1) : 0xEF
        }
    }

    /// Table 3-36: of all the settings, those of the pins.
    private func setSRAM(_ command: [UInt8]) {
        guard command[7] & 0x80 != 0 else { return }
        change { state in
            for pin in 0..<4 { state.pins[pin].setting = command[8 + pin] }
            state.settings = Array(command[8..<12])
        }
    }

    /// Table 3-39: 18 bytes of the chip's settings, four of the pins'.
    private func getSRAM(_ answer: inout [UInt8]) {
        answer[2] = 18
        answer[3] = 4
        answer.replaceSubrange(8...11, with: [0xD8, 0x04, 0xDD, 0x00])
        answer.replaceSubrange(22...25, with: state.withLock { $0.settings })
    }

    /// Table 3-5 to 3-13: the settings that the chip wakes up with, and its texts, as descriptors.
    private func readFlash(_ part: UInt8, _ answer: inout [UInt8]) {
        func text(_ text: String?) {
            let units = (text ?? "").utf16.prefix(29).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            answer[2] = UInt8(units.count + 2)
            answer[3] = 0x03
            answer.replaceSubrange(4..<4 + units.count, with: units)
        }
        switch part {
        case 0:
            answer[2] = 10
            answer.replaceSubrange(8...11, with: [0xD8, 0x04, 0xDD, 0x00])
        case 1:
            answer[2] = 4
            answer.replaceSubrange(4...7, with: powerOn.map(\.setting))
        case 2: text(identity.manufacturer)
        case 3: text(identity.productName)
        case 4: text(identity.serial)
        case 5:
            answer[2] = 8
            answer.replaceSubrange(4...11, with: Array("01234567".utf8))
        default: answer[1] = 0x01
        }
    }

    /// Changes the state, and tells of the pins that are different then.
    private func change(_ body: (inout State) -> Void) {
        let (before, after) = state.withLock { state in
            let before = state.pins
            body(&state)
            return (before, state.pins)
        }
        for number in after.indices where after[number] != before[number] {
            let pin = after[number]
            bank.drive(number, pin.isGPIO && pin.isOutput && pin.value)
            watch(number, pin)
        }
    }

    // MARK: - Identity

    private static func identity(serial: String?) -> USBModelIdentity {
        // A serial port of CDC's abstract control model in two interfaces (USB CDC 1.2, section 5.2.3), then HID.
        let union: [UInt8] = [5, 0x24, 0x00, 0x10, 0x01, 4, 0x24, 0x02, 0x02, 5, 0x24, 0x06, 0, 1, 5, 0x24, 0x01, 0, 1]
        return USBModelIdentity(
            vendor: 0x04D8, product: 0x00DD, manufacturer: "Microchip Technology Inc.",
            productName: "MCP2221 USB-I2C/UART Combo", serial: serial,
            interfaces: [
                .init(
                    classCode: 2, subclassCode: 2, protocolCode: 1, classDescriptors: union,
                    endpoints: [.init(address: Endpoint.serialEvents, attributes: 3, packetSize: 8)]),
                .init(
                    classCode: 10,
                    endpoints: [
                        .init(address: Endpoint.serialOut, attributes: 2, packetSize: 16, interval: 0),
                        .init(address: Endpoint.serialIn, attributes: 2, packetSize: 16, interval: 0),
                    ]),
                .hid(
                    reportLength: 64,
                    endpoints: [
                        .init(address: Endpoint.reportIn, attributes: 3, packetSize: 64),
                        .init(address: Endpoint.reportOut, attributes: 3, packetSize: 64),
                    ]),
            ])
    }
}

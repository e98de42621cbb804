import Synchronization

@testable import DeviceModels

/// As much of an MCP2221A as its driver needs: the pins' values, directions and functions.
final class TinyMCP2221: USBDeviceModel, SwitchingModel {
    let bank = ContactBank(4)
    let identity = USBModelIdentity(
        vendor: 0x04D8, product: 0x00DD, manufacturer: "Microchip Technology Inc.", productName: "MCP2221",
        serial: "0001234567",
        interfaces: [
            // The serial port comes first.
            .init(classCode: 2, subclassCode: 2, protocolCode: 1),
            .init(classCode: 10),
            .hid(
                reportLength: 64,
                endpoints: [
                    .init(address: 0x83, attributes: 3, packetSize: 64),
                    .init(address: 0x03, attributes: 3, packetSize: 64),
                ]),
        ])
    private struct State {
        /// As in SRAM: bit 4 value, bit 3 input, bits 2 to 0 function. From the factory other functions than GPIO.
        var pins: [UInt8] = [0x02, 0x02, 0x02, 0x01]
        /// What a chip tells of its settings: as they were last set, whatever its pins were told since.
        var settings: [UInt8] = [0x02, 0x02, 0x02, 0x01]
        var answers: [[UInt8]] = []
    }
    private let state = Mutex(State())

    /// The pins' functions, for tests that look whether one pin's change altered another.
    var functions: [UInt8] { state.withLock { $0.pins.map { $0 & 7 } } }

    func control(_ setup: USBSetup, data: [UInt8]) -> [UInt8]? { nil }

    func take(_ data: [UInt8], endpoint: UInt8) -> Bool {
        guard bank.admit() else { return false }
        var answer = state.withLock { obey(data, &$0) }
        answer += [UInt8](repeating: 0, count: 64 - answer.count)
        for pin in 0..<4 {
            let setting = state.withLock { $0.pins[pin] }
            if setting & 0x0F == 0 { bank.drive(pin, setting & 0x10 != 0) }
        }
        // What the pins themselves show is looked up after the drive.
        if data[0] == 0x51 {
            for pin in 0..<4 where answer[2 + 2 * pin] != 0xEE { answer[2 + 2 * pin] = bank.said[pin] ? 1 : 0 }
        }
        state.withLock { $0.answers.append(bank.garbled(answer)) }
        return true
    }

    func give(endpoint: UInt8, length: Int) -> [UInt8]? {
        state.withLock { $0.answers.isEmpty ? nil : $0.answers.removeFirst() }
    }

    private func obey(_ data: [UInt8], _ state: inout State) -> [UInt8] {
        var pins = state.pins
        defer { state.pins = pins }
        var answer: [UInt8] = [data[0], 0] + [UInt8](repeating: 0, count: 62)
        switch data[0] {
        case 0x50:
            answer.replaceSubrange(2..<18, with: data[2..<18])
            for pin in 0..<4 {
                let base = 2 + 4 * pin
                if pins[pin] & 7 != 0 {
                    if data[base] != 0 { answer[base + 1] = 0xEE }
                    continue
                }
                if data[base] != 0 { pins[pin] = pins[pin] & ~0x10 | data[base + 1] << 4 }
                if data[base + 2] != 0 { pins[pin] = pins[pin] & ~0x08 | data[base + 3] << 3 }
            }
        case 0x51:
            for pin in 0..<4 {
                let isGPIO = pins[pin] & 7 == 0
                answer[2 + 2 * pin] = isGPIO ? pins[pin] >> 4 & 1 : 0xEE
                answer[3 + 2 * pin] = isGPIO ? pins[pin] >> 3 & 1 : 0xEF
            }
        case 0x60:
            if data[7] & 0x80 != 0 {
                pins = Array(data[8..<12])
                state.settings = pins
            }
        case 0x61: answer.replaceSubrange(22..<26, with: state.settings)
        default: answer[1] = 1
        }
        return answer
    }
}

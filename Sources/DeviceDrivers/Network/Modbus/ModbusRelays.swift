import LabModel

/// Relays as coils of a Modbus device, over whatever line. Channels are the coils' addresses, from 0.
struct ModbusRelays<Transport: ModbusTransport>: SwitchDriver {
    private let device: String
    private var transport: Transport
    private let unit: UInt8
    private let channels: ClosedRange<Int>
    private let timeout: Duration
    private let flashes: Bool

    init(_ options: DriverOptions, _ transport: Transport, timeout: Duration) {
        device = options.device
        self.transport = transport
        unit = UInt8(options.integer("unit") ?? 1)
        channels = 0...((options.integer("channels") ?? 8) - 1)
        self.timeout = options.timeout(timeout)
        flashes = options.text("pulses") == "waveshare"
    }

    mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        _ = try ask(.writeCoil(try coil(channel), value: isOn ? 0xFF00 : 0x0000))
    }

    mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        // All of them: some boards answer for eight however few are asked for.
        let request = ModbusRequest.readCoils(first: try coil(channel) / 8 * 8, count: 8)
        let answer = try ask(request)
        guard let states = request.states(in: answer) else { throw ModbusAnswer.unexpected(answer).placed(at: device) }
        return states[channel % 8]
    }

    /// The command of Waveshare's boards: function 5 at 0x0200 (on, then off) or 0x0400 (off, then on) plus the coil,
    /// with tenths of a second as the value.
    mutating func pulse(_ channel: Int, _ isOn: Bool, for duration: Duration) throws(Failure) -> Bool {
        let coil = try coil(channel)
        guard flashes, coil < 0x100,
            let tenths = WholeUnits.count(duration, of: .milliseconds(100), in: 1...0x7FFF)
        else { return false }
        // Once only: a second command would begin the time anew.
        _ = try ask(.writeCoil((isOn ? 0x0200 : 0x0400) + coil, value: UInt16(tenths)), tries: 1)
        return true
    }

    mutating func set(_ channels: [Int: Bool]) throws(Failure) -> Bool {
        let order = channels.keys.sorted()
        for channel in order { _ = try coil(channel) }
        // One command writes neighbours only.
        guard let first = order.first, let last = order.last, last - first == order.count - 1, order.count <= 1968
        else { return false }
        let answer = try exchange(.writeCoils(first: try coil(first), order.map { channels[$0] == true }), tries: 2)
        // Refused as a function that it does not have.
        if answer == [0x8F, 0x01] { return false }
        try check(answer, of: .writeCoils(first: UInt16(first), order.map { channels[$0] == true }))
        return true
    }

    mutating func close() { transport.close() }

    private func coil(_ channel: Int) throws(Failure) -> UInt16 {
        try DeviceAnswer.check(channel, in: channels, of: device)
        return UInt16(channel)
    }

    private mutating func ask(_ request: ModbusRequest, tries: Int = 2) throws(Failure) -> [UInt8] {
        let answer = try exchange(request, tries: tries)
        try check(answer, of: request)
        return answer
    }

    private mutating func exchange(_ request: ModbusRequest, tries: Int) throws(Failure) -> [UInt8] {
        var left = tries
        while true {
            left -= 1
            do {
                return try transport.exchange(request, unit: unit, timeout: timeout)
            } catch {
                transport.close()
                if left == 0 { throw error.placed(at: device) }
            }
        }
    }

    private func check(_ answer: [UInt8], of request: ModbusRequest) throws(Failure) {
        if answer.first == request.function | 0x80 {
            let code = answer.count > 1 ? answer[1] : 0
            // Modbus Application Protocol 1.1b3, section 7.
            let names: [UInt8: String] = [
                1: "illegal function", 2: "illegal address", 3: "illegal value", 4: "device failure", 6: "busy",
                10: "no path through the gateway", 11: "no device behind the gateway answers",
            ]
            throw Failure(.infrastructure, "it refuses: \(names[code] ?? "exception \(code)")", at: device)
        }
        if let echo = request.echo, answer != echo { throw ModbusAnswer.unexpected(answer).placed(at: device) }
    }
}

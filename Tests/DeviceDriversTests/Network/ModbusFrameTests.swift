import DeviceDrivers
import DeviceModels
import LabModel
import Synchronization
import Testing

/// The frames on a serial line, byte by byte, as the makers of relay boards print them.
@Suite struct ModbusFrameTests {
    @Test func aBoardGetsTheFramesOfItsManual() throws {
        let line = MemoryLine(ModbusRTUModel(coils: 9))
        var driver = try line.driver(["channels": 9, "pulses": "waveshare"])
        try driver.set(0, true)
        try driver.set(0, false)
        try driver.set(1, true)
        #expect(try driver.read(0) == false)
        #expect(try driver.read(1) == true)
        #expect(try driver.set([0: true, 1: true, 2: true, 3: true, 4: true, 5: true, 6: true, 7: true]) == true)
        #expect(try driver.pulse(0, true, for: .milliseconds(650)) == true)
        #expect(
            line.written == [
                "01 05 00 00 ff 00 8c 3a", "01 05 00 00 00 00 cd ca", "01 05 00 01 ff 00 dd fa",
                "01 01 00 00 00 08 3d cc", "01 01 00 00 00 08 3d cc", "01 0f 00 00 00 08 01 ff be d5",
                // Half a tenth more than asked for, never less.
                "01 05 02 00 00 07 8d b0",
            ])
    }

    @Test func severalRelaysAreSwitchedAtOnceOrNotAtAll() throws {
        let line = MemoryLine(ModbusRTUModel(coils: 16))
        var driver = try line.driver(["channels": 16])
        #expect(try driver.set([3: true, 4: false, 5: true]) == true)
        #expect(line.model.contacts.truth.filter(\.value).map(\.key).sorted() == [3, 5])
        #expect(try driver.set([3: false, 5: false]) == false)
        #expect(line.model.contacts.truth.filter(\.value).map(\.key).sorted() == [3, 5])
        #expect(line.written.count == 1)
    }

    @Test func aRefusalSaysWhatItMeans() throws {
        let line = MemoryLine(ModbusRTUModel(coils: 4))
        var driver = try line.driver(["channels": 8])
        let failure = try failure { try driver.set(6, true) }
        #expect("\(failure)" == "relays: it refuses: illegal address")
    }

    @Test func anotherUnitOfTheBusIsLeftAlone() throws {
        let line = MemoryLine(ModbusRTUModel(unit: 7))
        var stranger = try line.driver(["unit": 8, "timeout": "20ms"])
        let failure = try failure { try stranger.set(0, true) }
        #expect(failure.type == .infrastructure)
        var driver = try line.driver(["unit": 7])
        try driver.set(0, true)
        #expect(line.model.contacts.truth[0] == true)
    }

    @Test func aWrongBitOnTheLineIsNotBelieved() throws {
        for place in 0..<48 {
            let line = MemoryLine(ModbusRTUModel()) { answer in
                var spoilt = answer
                spoilt[place / 8] ^= 1 << UInt8(place % 8)
                return spoilt
            }
            var driver = try line.driver(["timeout": "1ms"])
            #expect(try failure { _ = try driver.read(0) }.type == .infrastructure)
        }
    }

    @Test func aPulseIsSentOnce() throws {
        let line = MemoryLine(ModbusRTUModel())
        line.model.contacts.fault = .silent
        var driver = try line.driver(["pulses": "waveshare", "timeout": "20ms"])
        let failure = try failure { _ = try driver.pulse(2, false, for: .seconds(1)) }
        #expect(failure.type == .infrastructure)
        #expect(line.written == ["01 05 04 02 00 0a ed 3d"])
    }
}

/// A serial line in memory with one device. Nothing ever takes time on it: what is not there does not come.
final class MemoryLine: DriverLinks {
    let model: ModbusRTUModel
    private let frames = Mutex<[String]>([])

    /// What the line makes of an answer.
    fileprivate let spoil: @Sendable ([UInt8]) -> [UInt8]

    init(_ model: ModbusRTUModel, spoil: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 }) {
        self.model = model
        self.spoil = spoil
    }

    /// What the drivers of this line wrote.
    var written: [String] { frames.withLock { $0 } }

    fileprivate func note(_ frame: String) { frames.withLock { $0.append(frame) } }

    func driver(_ options: [String: DataValue]) throws -> any SwitchDriver {
        let kind = try #require(DriverRegistry.kind(named: "modbus-rtu"))
        let all = options.merging(["tty": "/dev/model"]) { $1 }
        return try kind.make(try DriverOptions(all, of: kind.facts, device: "relays"), self)
    }

    func serial(_ binding: SerialBinding, baud: Int) throws(Failure) -> any ByteLink { MemoryLink(self) }
    func usbCandidates(_ binding: USBBinding) throws(Failure) -> [USBIdentity] { [] }

    func usb(_ binding: USBBinding) throws(Failure) -> any USBLink { throw Self.none }
    func tcp(host: String, port: Int, timeout: Duration) throws(Failure) -> any ByteLink { throw Self.none }
    func http(_ url: String, credentials: HTTPCredentials?) throws(Failure) -> any HTTPLink { throw Self.none }
    func udp(host: String, port: Int) throws(Failure) -> any DatagramLink { MemoryDatagrams(spoil) }
    func gpio(_ binding: GPIOBinding) throws(Failure) -> any GPIOLink { throw Self.none }
    func hub(_ binding: HubBinding) throws(Failure) -> any HubLink { throw Self.none }
    func command() -> any CommandLink { ProcessLink() }

    private static let none = Failure(.bug, "a line has no such link")
}

private final class MemoryLink: ByteLink {
    private let line: MemoryLine
    private var output: [UInt8] = []

    init(_ line: MemoryLine) { self.line = line }

    func write(_ data: [UInt8]) throws(Failure) {
        line.note(data.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined(separator: " "))
        var input = data
        if let answer = line.model.consume(&input), line.model.contacts.fault == nil { output += line.spoil(answer) }
    }

    func read(_ count: Int, timeout: Duration) throws(Failure) -> [UInt8] {
        defer { output.removeFirst(min(count, output.count)) }
        return Array(output.prefix(count))
    }

    func read(until end: [UInt8], limit: Int, timeout: Duration) throws(Failure) -> [UInt8] { [] }
    func discardInput() throws(Failure) { output = [] }
    func close() { output = [] }
}

/// Datagrams that come back as soon as they are sent, as the line makes them.
private final class MemoryDatagrams: DatagramLink {
    private let answer: @Sendable ([UInt8]) -> [UInt8]
    private var waiting: [UInt8]?

    init(_ answer: @escaping @Sendable ([UInt8]) -> [UInt8]) { self.answer = answer }

    func send(_ data: [UInt8]) throws(Failure) { waiting = answer(data) }

    func receive(timeout: Duration) throws(Failure) -> [UInt8]? {
        defer { waiting = nil }
        return waiting
    }

    func close() { waiting = nil }
}

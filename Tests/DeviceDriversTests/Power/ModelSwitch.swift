import LabModel
import Logging
import Synchronization

@testable import DeviceDrivers

/// A switch in memory, with the faults that real ones have.
final class ModelSwitch: Sendable {
    struct Faults {
        /// The contacts stay, and the read-back says so.
        var isStuck = false
        /// The contacts stay, and the read-back repeats what it was told.
        var lies = false
        /// So many commands fail before one is taken.
        var failures = 0
        /// It says nothing of itself.
        var isMute = false
    }

    struct State {
        var faults = Faults()
        var contacts: [Int: Bool] = [:]
        var told: [Int: Bool] = [:]
        var commands: [[Int: Bool]] = []
        var incident: String?
        var watts: Double?
    }

    let state = Mutex(State())
    /// Called at each change of the contacts.
    let onChange: @Sendable (Int, Bool) -> Void

    init(onChange: @escaping @Sendable (Int, Bool) -> Void = { _, _ in }) {
        self.onChange = onChange
    }

    func isClosed(_ channel: Int) -> Bool { state.withLock { $0.contacts[channel] ?? false } }

    /// A device of the lab with this switch behind it.
    func device(
        _ name: String = "model", readBack: ReadBack = .hardware, timesPulses: Bool = false,
        minimumInterval: Duration = .zero, wear: any SwitchWear = MemoryWear()
    ) throws -> SwitchDevice {
        let facts = DriverFacts(
            name: "model", title: "a model", link: .command, channels: 0...7, readBack: readBack,
            minimumInterval: minimumInterval, timesPulses: timesPulses, example: "")
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return try SwitchDevice(
            name: name, kind: DriverKind(facts) { [self] _, _ throws(Failure) in Driver(model: self) },
            options: try DriverOptions([:], of: facts, device: name), links: NoLinks(), clock: SystemLabClock(),
            wear: wear, logger: logger)
    }

    private struct Driver: SwitchDriver {
        let model: ModelSwitch

        mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) { _ = try set([channel: isOn]) }

        mutating func set(_ channels: [Int: Bool]) throws(Failure) -> Bool {
            let (moved, isTaken) = model.state.withLock { state -> ([Int: Bool], Bool) in
                state.commands.append(channels)
                if state.faults.failures > 0 {
                    state.faults.failures -= 1
                    return ([:], false)
                }
                state.told.merge(channels) { $1 }
                guard !state.faults.isStuck, !state.faults.lies else { return ([:], true) }
                let moved = channels.filter { state.contacts[$0.key] ?? false != $0.value }
                state.contacts.merge(channels) { $1 }
                return (moved, true)
            }
            guard isTaken else { throw Failure(.infrastructure, "the model takes nothing now") }
            for (channel, isOn) in moved { model.onChange(channel, isOn) }
            return true
        }

        mutating func read(_ channel: Int) throws(Failure) -> Bool? {
            model.state.withLock { state in
                if state.faults.isMute { return nil }
                return (state.faults.lies ? state.told : state.contacts)[channel] ?? false
            }
        }

        mutating func pulse(_ channel: Int, _ isOn: Bool, for duration: Duration) throws(Failure) -> Bool {
            model.state.withLock { $0.commands.append([channel: isOn]) }
            return true
        }

        mutating func measure(_ channel: Int) throws(Failure) -> MeterReading? {
            model.state.withLock { $0.watts }.map { MeterReading(power: $0) }
        }

        mutating func incident() throws(Failure) -> String? {
            model.state.withLock { state in
                defer { state.incident = nil }
                return state.incident
            }
        }
    }
}

final class MemoryWear: SwitchWear {
    private let counts = Mutex<[String: Int]>([:])

    func note(device: String, channel: Int) { counts.withLock { $0["\(device) \(channel)", default: 0] += 1 } }
    func count(device: String, channel: Int) -> Int { counts.withLock { $0["\(device) \(channel)"] ?? 0 } }
}

/// For drivers that need no connection.
struct NoLinks: DriverLinks {
    private var none: Failure { Failure(.bug, "this test has no connections") }

    func usb(_ binding: USBBinding) throws(Failure) -> any USBLink { throw none }
    func usbCandidates(_ binding: USBBinding) throws(Failure) -> [USBIdentity] { throw none }
    func serial(_ binding: SerialBinding, baud: Int) throws(Failure) -> any ByteLink { throw none }
    func tcp(host: String, port: Int, timeout: Duration) throws(Failure) -> any ByteLink { throw none }
    func http(_ url: String, credentials: HTTPCredentials?) throws(Failure) -> any HTTPLink { throw none }
    func udp(host: String, port: Int) throws(Failure) -> any DatagramLink { throw none }
    func gpio(_ binding: GPIOBinding) throws(Failure) -> any GPIOLink { throw none }
    func command() -> any CommandLink { ProcessLink() }
    func hub(_ binding: HubBinding) throws(Failure) -> any HubLink { throw none }
}

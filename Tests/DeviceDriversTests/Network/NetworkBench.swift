import DeviceDrivers
import DeviceModels
import Foundation
import LabModel
import Testing

/// One kind of driver with a model of its device on the loopback, for suites that hold for all of them.
struct NetworkBench: Sendable, CustomTestStringConvertible {
    /// A device that is there.
    struct Device: Sendable {
        var contacts: Contacts
        var options: [String: DataValue]
        var stop: @Sendable () -> Void
        var start: @Sendable () throws -> Void
    }

    var name: String
    /// What tells two entries of the same kind apart.
    var variant = ""
    /// Whether the device can tell its state.
    var tells = true
    /// Whether a command that the device does not take makes `set` fail.
    var acknowledges = true
    var pulses = false
    var make: @Sendable () throws -> Device

    var testDescription: String { variant.isEmpty ? name : "\(name), \(variant)" }

    static let all: [NetworkBench] = streams + SNMPBench.all

    private static let streams: [NetworkBench] = [
        NetworkBench(name: "shelly1", pulses: true) { try http(Shelly1Model()) },
        NetworkBench(name: "shelly1", variant: "password", pulses: true) {
            try http(Shelly1Model(channels: 4, login: "bGFiOnMzY3JldA=="), ["user": "lab", "password": "s3cret"])
        },
        NetworkBench(name: "shelly2", acknowledges: false, pulses: true) { try http(Shelly2Model()) },
        NetworkBench(name: "shelly2", variant: "password", acknowledges: false, pulses: true) {
            try http(Shelly2Model(hasPassword: true), ["password": "s3cret"])
        },
        NetworkBench(name: "tasmota") { try http(TasmotaModel()) },
        NetworkBench(name: "tasmota", variant: "one relay, password") {
            try http(TasmotaModel(channels: 1, password: "s3cret&+ %"), ["password": "s3cret&+ %"])
        },
        NetworkBench(name: "netio", pulses: true) { try http(NETIOModel(), ["password": "netio"]) },
        NetworkBench(name: "gude") { try http(GudeModel()) },
        NetworkBench(name: "esphome", acknowledges: false) {
            try http(ESPHomeModel(switches: ["relay_1", "Lamp & Fan"]), ["switches": ["relay_1", "Lamp & Fan"]])
        },
        NetworkBench(name: "pdudaemon", tells: false, acknowledges: false) {
            try http(PDUDaemonModel(), ["pdu": "pdu-1"])
        },
        NetworkBench(name: "modbus-tcp", acknowledges: false, pulses: true) {
            try bytes(ModbusTCPModel(), ["pulses": "waveshare"])
        },
        NetworkBench(name: "modbus-rtu", acknowledges: false, pulses: true) {
            try bytes(ModbusRTUModel(), ["pulses": "waveshare"])
        },
        NetworkBench(name: "devantech-eth", acknowledges: false, pulses: true) {
            try bytes(DevantechETHModel(), ["model": "eth008"])
        },
        NetworkBench(name: "devantech-eth", variant: "20 relays, password", acknowledges: false, pulses: true) {
            try bytes(DevantechETHModel(relays: 20, password: "apple"), ["model": "eth8020", "password": "apple"])
        },
    ]

    private static func http(
        _ model: any HTTPDeviceModel, _ options: [String: DataValue] = [:]
    ) throws -> Device { device(model.contacts, try ModelServer(model), options) }

    private static func bytes(_ model: any ByteModel, _ options: [String: DataValue] = [:]) throws -> Device {
        device(model.contacts, try ModelServer(model), options)
    }

    private static func device(
        _ contacts: Contacts, _ server: ModelServer, _ options: [String: DataValue]
    ) -> Device {
        Device(
            contacts: contacts,
            options: options.merging(["host": "127.0.0.1", "port": .integer(Int64(server.port))]) { $1 },
            stop: { server.stop() }, start: { try server.start() })
    }
}

extension NetworkBench.Device {
    /// A driver for the device of a bench.
    func driver(_ bench: NetworkBench, _ more: [String: DataValue] = [:]) throws -> any SwitchDriver {
        let kind = try #require(DriverRegistry.kind(named: bench.name))
        let options = try DriverOptions(options.merging(more) { $1 }, of: kind.facts, device: "the-device")
        return try kind.make(options, LoopbackLinks())
    }
}

/// The host's links, as far as a network goes.
struct LoopbackLinks: DriverLinks {
    func usbCandidates(_ binding: USBBinding) throws(Failure) -> [USBIdentity] { [] }

    func usb(_ binding: USBBinding) throws(Failure) -> any USBLink { throw Self.none }
    func serial(_ binding: SerialBinding, baud: Int) throws(Failure) -> any ByteLink { throw Self.none }
    func gpio(_ binding: GPIOBinding) throws(Failure) -> any GPIOLink { throw Self.none }
    func hub(_ binding: HubBinding) throws(Failure) -> any HubLink { throw Self.none }

    func tcp(host: String, port: Int, timeout: Duration) throws(Failure) -> any ByteLink {
        TCPLink(host: host, port: port, timeout: timeout)
    }

    func http(_ url: String, credentials: HTTPCredentials?) throws(Failure) -> any HTTPLink {
        try HTTPClientLink(url, credentials: credentials)
    }

    func udp(host: String, port: Int) throws(Failure) -> any DatagramLink { UDPLink(host: host, port: port) }
    func command() -> any CommandLink { ProcessLink() }

    private static let none = Failure(.bug, "the loopback has no such link")
}

/// Runs what blocks on a thread of its own, since the pool's threads are for what suspends. It stays part of the test's
/// task, so that what fails there is the test's failure.
func blocking<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withTaskExecutorPreference(ThreadExecutor()) { try await onPreferredExecutor(work) }
}

@concurrent private func onPreferredExecutor<Result: Sendable>(
    _ work: @Sendable () throws -> Result
) async throws -> Result { try work() }

/// A thread for each job.
private final class ThreadExecutor: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let thread = Thread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        thread.start()
    }
}

/// The failure of a call that must fail.
func failure(_ call: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) throws -> Failure {
    do { try call() } catch let failure as Failure { return failure }
    Issue.record("it did not fail", sourceLocation: sourceLocation)
    throw CancellationError()
}

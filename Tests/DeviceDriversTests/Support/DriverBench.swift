import DeviceDrivers
import DeviceModels
import LabModel
import Testing

/// One kind of driver with a model of its device, for suites that hold for all of them.
struct DriverBench: Sendable, CustomTestStringConvertible {
    enum Device {
        case usb(any USBDeviceModel & SwitchingModel)
        case serial(any SwitchingModel)
    }

    var name: String
    var options: [String: DataValue] = [:]
    /// Those that this device has, in the order of its model's contacts.
    var channels: ClosedRange<Int>
    /// Whether a command that the device does not take makes `set` fail; many devices acknowledge nothing.
    var acknowledges = true
    /// Whether this very device can tell its state.
    var tells = true
    var make: @Sendable () -> Device

    var testDescription: String { name + options.keys.sorted().map { " \($0)" }.joined() }

    static let path = "1-4.2"
    static let node = "/dev/model"

    static let all: [DriverBench] = usb + serial

    static let usb: [DriverBench] = [
        DriverBench(name: "dcttech", channels: 1...2) { .usb(DcttechModel(channels: 2)) },
        DriverBench(name: "dcttech", options: ["serial": "HURTM"], channels: 1...8) { .usb(DcttechModel(channels: 8)) },
        DriverBench(name: "dcttech", options: ["path": "1-4.2"], channels: 1...4) {
            .usb(DcttechModel(channels: 4, stallsDeviceRequests: true))
        },
        DriverBench(name: "ucreatefun", channels: 1...8, tells: false) { .usb(UcreatefunModel()) },
        DriverBench(name: "lcus-hid", channels: 1...8) { .usb(LCUSHIDModel()) },
        DriverBench(name: "lcus-hid", options: ["status": "byte"], channels: 1...4) {
            .usb(LCUSHIDModel(channels: 4, status: .byte))
        },
        DriverBench(name: "lcus-hid", options: ["path": "1-4.2"], channels: 1...2, tells: false) {
            .usb(LCUSHIDModel(channels: 2, status: .none))
        },
        DriverBench(name: "sispm", channels: 1...4) { .usb(SispmModel()) },
        DriverBench(name: "sispm", options: ["serial": "01:02:5C:A1:7E"], channels: 1...4) {
            .usb(SispmModel(product: 0xFD13))
        },
        DriverBench(name: "sispm", options: ["path": "1-4.2"], channels: 1...1) { .usb(SispmModel(product: 0xFD10)) },
        DriverBench(name: "ykush", channels: 1...3) { .usb(YkushModel(.ykush)) },
        DriverBench(name: "ykushxs", channels: 1...1) { .usb(YkushModel(.xs)) },
        DriverBench(name: "ykush3", options: ["serial": "YK12345"], channels: 1...4) { .usb(YkushModel(.three)) },
        DriverBench(name: "dutlink", channels: 1...1, tells: false) { .usb(DutlinkModel()) },
        DriverBench(name: "mcp2221", channels: 0...3) {
            .usb(MCP2221Model(serial: "0001234567", pins: MCP2221Pin.factory))
        },
        DriverBench(name: "ftdi-bitbang", channels: 0...7) { .usb(FTDIModel()) },
        DriverBench(name: "ftdi-bitbang", options: ["interface": "A"], channels: 0...7) {
            .usb(FTDIModel(product: 0x6011))
        },
        DriverBench(name: "ftdi-cbus", channels: 0...3) { .usb(FTDIModel(product: 0x6015, controlPins: true)) },
    ]

    static let serial: [DriverBench] = [
        DriverBench(name: "lcus", channels: 1...2, acknowledges: false) { .serial(LCUSModel()) },
        DriverBench(name: "lcus", options: ["channels": 8], channels: 1...8, acknowledges: false) {
            .serial(LCUSModel(channels: 8))
        },
        DriverBench(name: "lcus", options: ["answers": false], channels: 1...1, acknowledges: false, tells: false) {
            .serial(LCUSModel(channels: 1, answers: false))
        },
        DriverBench(name: "numato", channels: 0...7) { .serial(NumatoModel()) },
        DriverBench(name: "numato", options: ["channels": 32], channels: 0...31) { .serial(NumatoModel(channels: 32)) },
        DriverBench(name: "numato", options: ["channels": 40], channels: 0...39) { .serial(NumatoModel(channels: 40)) },
        DriverBench(name: "devantech", channels: 1...8, acknowledges: false) { .serial(DevantechModel()) },
        DriverBench(name: "dlp-io8", channels: 1...8, tells: false) { .serial(DLPIO8Model()) },
        DriverBench(name: "serial-lines", channels: 1...2) { .serial(ControlLinesModel()) },
        DriverBench(name: "serial-lines", options: ["inverted": true], channels: 1...2) {
            .serial(ControlLinesModel())
        },
    ]
}

/// A device of a bench, plugged in at one place.
struct BenchDevice {
    let bench: DriverBench
    let device: DriverBench.Device
    let links = ModelLinks()
    let kind: DriverKind

    init(_ bench: DriverBench) throws {
        self.bench = bench
        device = bench.make()
        guard let kind = DriverRegistry.kind(named: bench.name) else { throw Failure(.bug, "no driver \(bench.name)") }
        self.kind = kind
        plug()
    }

    var model: any SwitchingModel {
        switch device {
        case .usb(let model): model
        case .serial(let model): model
        }
    }

    /// Channels and whether they are on, as a meter at the contacts finds.
    var truth: [Int: Bool] {
        // An inverted line is on while its contact is open.
        let isInverted = bench.options["inverted"] == true
        return Dictionary(uniqueKeysWithValues: zip(bench.channels, model.contacts.map { $0 != isInverted }))
    }

    func driver() throws -> any SwitchDriver {
        var values = bench.options
        if case .serial = device { values["tty"] = .string(DriverBench.node) }
        return try kind.make(DriverOptions(values, of: kind.facts, device: "relays"), links)
    }

    func plug() {
        switch device {
        case .usb(let model): links.plug(model, at: DriverBench.path)
        case .serial(let model): links.plug(serial: model, at: DriverBench.node)
        }
    }

    func unplug() {
        switch device {
        case .usb: links.unplug(at: DriverBench.path)
        case .serial: links.unplug(serial: DriverBench.node)
        }
        model.bank.unplug()
    }
}

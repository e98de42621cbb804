/// The models that the bench can plug in, by name: one line each.
public enum USBModelRegistry {
    /// What a model is made with.
    public struct Options: Sendable {
        /// Nil for the model's own.
        public var serial: String?
        /// Tells what happens on the device's side.
        public var report: @Sendable (BenchEvent) -> Void

        public init(serial: String? = nil, report: @escaping @Sendable (BenchEvent) -> Void = { _ in }) {
            self.serial = serial
            self.report = report
        }
    }

    public typealias Factory = @Sendable (Options) -> any USBDeviceModel

    public static let factories: [String: Factory] = [
        "dcttech": { switching(DcttechModel(channels: 2, serial: $0.serial ?? "HURTM"), $0) },
        "devantech": {
            serial(.cdc, DevantechModel(), id: (0x04D8, 0xFFEE), $0)
        },
        "dlp-io8": { serial(.ftdi, DLPIO8Model(), $0) },
        "dcttech-8": { switching(DcttechModel(channels: 8, serial: $0.serial ?? "HURTM"), $0) },
        "dutlink": { switching($0.serial.map { DutlinkModel(serial: $0) } ?? DutlinkModel(), $0) },
        "ftdi": { switching($0.serial.map { FTDIModel(serial: $0) } ?? FTDIModel(), $0) },
        "ftdi-cbus": {
            switching(FTDIModel(product: 0x6015, controlPins: true, serial: $0.serial ?? "DT01ABCD"), $0)
        },
        "hub": { switching(HubModel(serial: $0.serial), $0) },
        "lcus": { serial(.ch340, LCUSModel(), $0) },
        "lcus-hid": { switching(LCUSHIDModel(), $0) },
        "mcp2221": { switching(mcp2221($0), $0) },
        "mcp2221-factory": { switching(mcp2221($0, pins: MCP2221Pin.factory), $0) },
        "modbus-rtu": { serial(.ftdi, SerialLineModel(ModbusRTUModel()), $0) },
        "numato": { serial(.cdc, NumatoModel(), $0) },
        "serial-lines": { serial(.ftdi, ControlLinesModel(), $0) },
        "sispm": { switching(SispmModel(), $0) },
        "ucreatefun": { switching($0.serial.map { UcreatefunModel(serial: $0) } ?? UcreatefunModel(), $0) },
        "ykush": { switching(ykush(.ykush, $0), $0) },
        "ykush-3": { switching(ykush(.three, $0), $0) },
        "ykush-xs": { switching(ykush(.xs, $0), $0) },
    ]

    public static func model(_ name: String, _ options: Options = Options()) -> (any USBDeviceModel)? {
        factories[name]?(options)
    }

    private static func mcp2221(
        _ options: Options, pins: [MCP2221Pin] = [MCP2221Pin](repeating: MCP2221Pin(), count: 4)
    ) -> MCP2221Model {
        MCP2221Model(serial: options.serial, pins: pins) { number, pin in
            options.report(
                BenchEvent(
                    "pin",
                    [
                        "pin": .number(number), "value": .number(pin.value ? 1 : 0),
                        "direction": .text(pin.isOutput ? "out" : "in"), "function": .number(Int(pin.function)),
                    ]))
        }
    }

    private static func ykush(_ variant: YkushModel.Variant, _ options: Options) -> YkushModel {
        options.serial.map { YkushModel(variant, serial: $0) } ?? YkushModel(variant)
    }

    /// A device behind a serial port.
    private static func serial(
        _ chip: SerialAdapterModel.Chip, _ device: any SwitchingModel, id: (vendor: UInt16, product: UInt16)? = nil,
        _ options: Options
    ) -> any USBDeviceModel {
        switching(SerialAdapterModel(chip, device, id: id, serial: options.serial), options)
    }

    /// A model of something with contacts, that tells of every move of one.
    private static func switching(
        _ model: any USBDeviceModel & SwitchingModel, _ options: Options
    ) -> any USBDeviceModel {
        let report = options.report
        model.bank.onChange { event in
            report(BenchEvent("contact", ["contact": .number(event.contact), "on": .flag(event.isOn)]))
        }
        return model
    }
}

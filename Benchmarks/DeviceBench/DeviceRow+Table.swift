import DeviceModels

extension DeviceRow {
    /// Every driver of what is plugged into the lab's host, in the registry's order. A test holds it against that.
    static let all: [DeviceRow] = [
        DeviceRow(driver: "gpio", place: .bench, measure: GPIOBed.measure),
        DeviceRow(driver: "usb-hub", place: .bench, measure: HubBed.measure),
        usb(
            "dcttech", { DcttechModel(channels: 2) },
            on: .control(0x20, 0x09, 0x0300, 0, [0xFF, 1, 0, 0, 0, 0, 0, 0]),
            off: .control(0x20, 0x09, 0x0300, 0, [0xFD, 1, 0, 0, 0, 0, 0, 0])),
        usb(
            "ucreatefun", { UcreatefunModel() }, on: .out(0x01, [0xF1, 0, 0, 0, 0, 0, 0, 0]),
            off: .out(0x01, [1, 0, 0, 0, 0, 0, 0, 0])),
        usb(
            "lcus-hid", { LCUSHIDModel() }, on: .out(0x02, [0xA0, 1, 1, 0xA2]), off: .out(0x02, [0xA0, 1, 0, 0xA1])),
        usb(
            "sispm", { SispmModel() }, on: .control(0x21, 0x09, 0x0303, 0, [3, 3, 0, 0, 0]),
            off: .control(0x21, 0x09, 0x0303, 0, [3, 0, 0, 0, 0])),
        ykush("ykush", .ykush),
        ykush("ykushxs", .xs),
        ykush("ykush3", .three),
        usb(
            "dutlink", { DutlinkModel() }, interface: 2, on: .control(0x41, 1, 1, 2, []),
            off: .control(0x41, 1, 0, 2, [])),
        usb(
            "mcp2221", { MCP2221Model() }, refused: 6, channel: 0, interface: 2,
            on: .out(0x03, report(64, [0x50, 0, 1, 1, 1, 0])), off: .out(0x03, report(64, [0x50, 0, 1, 0, 1, 0])),
            answer: 0x83),
        usb(
            "ftdi-bitbang", { FTDIModel() }, channel: 0, first: .control(0x40, 0x0B, 0x01FF, 0, []),
            on: .out(0x02, [1]), off: .out(0x02, [0])),
        usb(
            "ftdi-cbus", { FTDIModel(product: 0x6015, controlPins: true) }, channel: 0,
            on: .control(0x40, 0x0B, 0x20F1, 0, []), off: .control(0x40, 0x0B, 0x20F0, 0, [])),
        serial("lcus", { LCUSModel() }, on: [0xA0, 1, 1, 0xA2], off: [0xA0, 1, 0, 0xA1]),
        serial(
            "numato", { NumatoModel() }, channel: 0, on: Array("relay on 0\r".utf8), off: Array("relay off 0\r".utf8)),
        serial("devantech", { DevantechModel() }, on: [0x65], off: [0x6F]),
        serial("dlp-io8", { DLPIO8Model() }, on: Array("1".utf8), off: Array("Q".utf8)),
        DeviceRow(driver: "serial-lines", place: .bench, measure: LinesBed.measure),
        // Write one coil, with its checksum.
        serial(
            "modbus-rtu", { SerialLineModel(ModbusRTUModel()) }, channel: 0, on: [1, 5, 0, 0, 0xFF, 0, 0x8C, 0x3A],
            off: [1, 5, 0, 0, 0, 0, 0xCD, 0xCA]),
        DeviceRow(driver: "command", place: .host, measure: CommandBed.measure),
    ]

    private static func usb(
        _ driver: String, _ make: @escaping @Sendable () -> any USBDeviceModel & SwitchingModel, refused: Int = 0,
        channel: Int = 1, interface: Int = 0, first: BareUSB.Call? = nil, on: BareUSB.Call, off: BareUSB.Call,
        answer: UInt8? = nil
    ) -> DeviceRow {
        let bed = USBBed(
            make: make, refused: refused, channel: channel, interface: interface, first: first, on: on, off: off,
            answer: answer)
        return DeviceRow(driver: driver, place: .bench, measure: bed.measure)
    }

    private static func ykush(_ driver: String, _ variant: YkushModel.Variant) -> DeviceRow {
        usb(
            driver, { YkushModel(variant) }, on: .out(0x01, report(64, [0x11])), off: .out(0x01, report(64, [0x01])),
            answer: 0x81)
    }

    private static func serial(
        _ driver: String, _ make: @escaping @Sendable () -> any SerialModel, channel: Int = 1, on: [UInt8],
        off: [UInt8]
    ) -> DeviceRow {
        let bed = SerialBed(make: make, channel: channel, on: on, off: off)
        return DeviceRow(driver: driver, place: .host, measure: bed.measure)
    }

    private static func report(_ length: Int, _ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: length - bytes.count)
    }
}

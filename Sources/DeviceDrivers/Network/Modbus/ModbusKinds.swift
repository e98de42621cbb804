import LabModel

extension DriverKind {
    private static let modbusOptions = [
        DriverOption("unit", .integer(1...247), standard: "1", "address of the device on its bus"),
        NetworkOptions.channels(1...2048, standard: 8, "how many relays it has; channels are coil addresses from 0"),
        DriverOption(
            "pulses", .choice(["none", "waveshare"]), standard: "none",
            "whose command the device has for pulses that it times itself"),
    ]

    static let modbusRTU = DriverKind(
        DriverFacts(
            name: "modbus-rtu", title: "Modbus relay board on a serial line", link: .serial, channels: 0...2047,
            readBack: .hardware,
            // At least 3.5 characters of silence between frames: 4 ms at 9600 bits a second.
            minimumInterval: .milliseconds(10), timesPulses: true,
            options: [
                DriverOption("tty", .text, "serial port of the bus, best one below /dev/serial/by-id"),
                DriverOption("baud", .integer(300...1_000_000), standard: "9600", "bits a second, with 8N1"),
                DriverOption("host", .text, "instead of 'tty': address of a converter that passes bytes on over TCP"),
                DriverOption("port", .integer(1...65_535), standard: "4196", "port of that converter"),
            ] + modbusOptions + [NetworkOptions.timeout("500ms")],
            proofs: [.tool("pymodbus"), .bench],
            example: """
                devices:
                  - name: relays
                    driver: modbus-rtu
                    tty: /dev/serial/by-id/usb-1a86_USB_Serial-if00-port0
                    unit: 1
                    pulses: waveshare
                """)
    ) { options, links throws(Failure) in
        let link: any ByteLink
        switch (options.text("tty"), options.text("host")) {
        case (let node?, nil):
            link = try links.serial(
                SerialBinding(node: node, device: options.device), baud: options.integer("baud") ?? 9600)
        case (nil, let host?):
            link = try links.tcp(
                host: host, port: options.integer("port") ?? 4196, timeout: options.timeout(.seconds(2)))
        default:
            throw Failure(.configuration, "the driver modbus-rtu needs either 'tty' or 'host'", at: options.device)
        }
        return ModbusRelays(options, ModbusRTU(link), timeout: .milliseconds(500))
    }

    static let modbusTCP = DriverKind(
        DriverFacts(
            name: "modbus-tcp", title: "Modbus relay board on a network", link: .network, channels: 0...2047,
            readBack: .hardware, timesPulses: true,
            options: [NetworkOptions.host, NetworkOptions.port(502)] + modbusOptions
                + [NetworkOptions.timeout("2s")],
            proofs: [.tool("pymodbus"), .tool("mbpoll")],
            example: """
                devices:
                  - name: relays
                    driver: modbus-tcp
                    host: 10.0.0.40
                    channels: 8
                """)
    ) { options, links throws(Failure) in
        let link = try links.tcp(
            host: options.text("host") ?? "", port: options.integer("port") ?? 502,
            timeout: options.timeout(.seconds(2)))
        return ModbusRelays(options, ModbusTCP(link), timeout: .seconds(2))
    }
}

import DeviceDrivers
import LabModel
import Testing

@Suite struct SysfsUSBTests {
    @Test func readsWhoIsWhere() throws {
        let sys = try FakeSys()
        try sys.device("usb1", ["idVendor": "1d6b", "idProduct": "0002", "version": " 2.00"])
        try sys.device(
            "1-4.2",
            [
                "idVendor": "0403", "idProduct": "6011", "bcdDevice": "0800", "version": " 2.10", "bDeviceClass": "00",
                "serial": "FT4X", "product": "Quad RS232-HS", "manufacturer": "FTDI",
            ])
        try sys.device("1-4.2:1.0", ["bInterfaceNumber": "00"])
        let found = SysfsUSB(root: sys.root).identities()
        #expect(found.map(\.path) == ["1-4.2", "usb1"])
        #expect(
            found.first
                == USBIdentity(
                    id: USBID(0x0403, 0x6011), release: 0x0800, version: 0x0210, manufacturer: "FTDI",
                    product: "Quad RS232-HS", serial: "FT4X", path: "1-4.2"))
    }

    @Test func findsThePortsOfAdaptersInTheirOrder() throws {
        let sys = try FakeSys()
        try sys.device("1-4", ["idVendor": "0403", "idProduct": "6011", "serial": "FT4X"])
        for (interface, tty) in [(0, 7), (1, 3), (2, 10), (3, 2)] {
            try sys.device(
                "1-4:1.\(interface)",
                [
                    "bInterfaceNumber": "0\(interface)", "ttyUSB\(tty)/port_number": "0",
                    "ttyUSB\(tty)/tty/ttyUSB\(tty)/dev": "188:\(tty)",
                ])
        }
        let binding = USBBinding(ids: [USBID(0x0403, 0x6011)], device: "relays")
        let system = SysfsUSB(root: sys.root)
        #expect(try system.node(of: binding, port: 0) == "/dev/ttyUSB7")
        #expect(try system.node(of: binding, port: 1) == "/dev/ttyUSB3")
        #expect(try system.node(of: binding, port: 3) == "/dev/ttyUSB2")
        let failure = #expect(throws: Failure.self) { _ = try system.node(of: binding, port: 4) }
        #expect(failure?.advice == "it has ttyUSB7, ttyUSB3, ttyUSB10, ttyUSB2")
    }

    @Test func ordersPortsOfOneInterfaceByTheirNumber() throws {
        let sys = try FakeSys()
        try sys.device("2-1", ["idVendor": "110a", "idProduct": "1410"])
        try sys.device("2-1:1.0", ["bInterfaceNumber": "00", "ttyUSB5/port_number": "1", "ttyUSB9/port_number": "0"])
        #expect(SysfsUSB(root: sys.root).ports(at: "2-1") == ["ttyUSB9", "ttyUSB5"])
    }

    @Test func findsThePortOfACDCDevice() throws {
        let sys = try FakeSys()
        try sys.device("1-2", ["idVendor": "04d8", "idProduct": "ffee", "serial": "00012345"])
        try sys.device("1-2:1.0", ["bInterfaceNumber": "00", "tty/ttyACM4/dev": "166:4"])
        try sys.device("1-2:1.1", ["bInterfaceNumber": "01"])
        // A longer path that begins alike is another device.
        try sys.device("1-21:1.0", ["bInterfaceNumber": "00", "tty/ttyACM0/dev": "166:0"])
        let binding = USBBinding(ids: [], serial: "00012345", device: "relays")
        #expect(try SysfsUSB(root: sys.root, devices: "/devices").node(of: binding, port: 0) == "/devices/ttyACM4")
    }

    @Test func twoAdaptersWithoutSerialNumbersAreNotGuessedBetween() throws {
        let sys = try FakeSys()
        for path in ["1-1", "1-3"] {
            try sys.device(path, ["idVendor": "1a86", "idProduct": "7523"])
            try sys.device("\(path):1.0", ["ttyUSB\(path.suffix(1))/port_number": "0"])
        }
        let ids = [USBID(0x1A86, 0x7523)]
        let system = SysfsUSB(root: sys.root)
        let failure = #expect(throws: Failure.self) {
            _ = try system.node(of: USBBinding(ids: ids, device: "relays"), port: 0)
        }
        #expect(failure?.message.contains("1-1 and 1-3") == true)
        #expect(try system.node(of: USBBinding(ids: ids, path: "1-3", device: "relays"), port: 0) == "/dev/ttyUSB3")
    }

    @Test func aDeviceWithoutADriverHasNoPort() throws {
        let sys = try FakeSys()
        try sys.device("1-1", ["idVendor": "1a86", "idProduct": "7523"])
        let failure = #expect(throws: Failure.self) {
            _ = try SysfsUSB(root: sys.root).node(of: USBBinding(ids: [], path: "1-1", device: "relays"), port: 0)
        }
        #expect(failure?.type == .infrastructure)
        #expect(failure?.advice == "it has none: is the kernel's driver for it there?")
    }

    @Test func aHostWithoutUSBHasNoDevices() {
        #expect(SysfsUSB(root: "/nonexistent").identities().isEmpty)
    }
}

import Glibc
public import LabModel

/// What the kernel's device tree says of USB devices, without opening any: who is where, and which serial ports hang on
/// them. The symbolic links below `/dev/serial` are not needed: chips without a serial number collide there.
public struct SysfsUSB: Sendable {
    /// `/sys`, or a test's copy of it.
    public var root: String
    public var devices: String

    public init(root: String = "/sys", devices: String = "/dev") {
        self.root = root
        self.devices = devices
    }

    /// Every device that is plugged in, hubs included, by path.
    public func identities() -> [USBIdentity] { names(in: folder).compactMap(identity).sorted { $0.path < $1.path } }

    /// The device node of a serial port of the one device that a binding means.
    ///
    /// - Parameter port: which one of several, from 0.
    /// - Throws: `infrastructure` naming what was looked for.
    public func node(of binding: USBBinding, port: Int) throws(Failure) -> String {
        let device = try USBMatch.one(binding, among: identities())
        let ports = self.ports(at: device.path)
        guard ports.indices.contains(port) else {
            let have =
                ports.isEmpty
                ? "it has none: is the kernel's driver for it there?" : "it has \(ports.joined(separator: ", "))"
            throw Failure(
                .infrastructure, "no serial port \(port) at the \(USBMatch.description(binding)) (\(device.path))",
                at: binding.device, advice: have)
        }
        return "\(devices)/\(ports[port])"
    }

    /// The names of a device's serial ports, by interface and by port of the interface.
    public func ports(at path: String) -> [String] {
        let interfaces = names(in: folder).filter { $0.hasPrefix(path + ":") }
        let found = interfaces.flatMap { interface -> [(order: [Int], name: String)] in
            let place = "\(folder)/\(interface)"
            let number = text("\(place)/bInterfaceNumber").flatMap { Int($0, radix: 16) } ?? 0
            // CDC-ACM has the port in `tty`; adapters have a folder of their own for each port, with its number.
            let direct = names(in: "\(place)/tty").map { (order: [number, 0], name: $0) }
            let adapters = names(in: place).filter { $0.hasPrefix("tty") && $0 != "tty" }.map { name in
                (order: [number, text("\(place)/\(name)/port_number").flatMap { Int($0) } ?? 0], name: name)
            }
            return direct + adapters
        }
        return found.sorted { $0.order.lexicographicallyPrecedes($1.order) }.map(\.name)
    }

    private var folder: String { root + "/bus/usb/devices" }

    private func identity(_ name: String) -> USBIdentity? {
        let place = "\(folder)/\(name)"
        func hexadecimal(_ file: String) -> UInt16? { text("\(place)/\(file)").flatMap { UInt16($0, radix: 16) } }
        guard let vendor = hexadecimal("idVendor"), let product = hexadecimal("idProduct") else { return nil }
        let version = text("\(place)/version")?.split(separator: ".").map { UInt16($0, radix: 16) ?? 0 } ?? []
        return USBIdentity(
            id: USBID(vendor, product), release: hexadecimal("bcdDevice") ?? 0,
            version: version.count == 2 ? version[0] << 8 | version[1] : 0,
            deviceClass: UInt8(truncatingIfNeeded: hexadecimal("bDeviceClass") ?? 0),
            manufacturer: text("\(place)/manufacturer"), product: text("\(place)/product"),
            serial: text("\(place)/serial"), path: name)
    }

    private func names(in folder: String) -> [String] {
        guard let open = opendir(folder) else { return [] }
        defer { closedir(open) }
        var names: [String] = []
        while let entry = readdir(open) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The one line of an attribute, without the white space around it; nil when there is none.
    private func text(_ path: String) -> String? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return nil }
        let line = buffer.prefix(count).prefix { $0 != 0x0A }
        let text = String(decoding: line, as: UTF8.self)
        let end = text.lastIndex { $0 != " " }.map { text.index(after: $0) } ?? text.startIndex
        return String(text[..<end].drop { $0 == " " })
    }
}

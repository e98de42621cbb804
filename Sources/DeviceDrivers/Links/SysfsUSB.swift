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
    public func identities() -> [USBIdentity] {
        names(in: folder).compactMap { identity($0) }.sorted { $0.path < $1.path }
    }

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

    /// Whether the kernel has USB at all.
    public var exists: Bool { access(folder, F_OK) == 0 }

    /// The device at a path such as `1-4.2`, or `usb1` for a bus's root hub; nil when nothing is plugged in there.
    public func identity(at path: String) -> USBIdentity? { identity(path) }

    /// Whether a text is bus and ports, as the kernel writes them.
    static func isPath(_ text: String) -> Bool {
        if text.hasPrefix("usb") { return Int(text.dropFirst(3)) != nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && Int(parts[0]) != nil
            && parts[1].split(separator: ".", omittingEmptySubsequences: false).allSatisfy { Int($0) != nil }
    }

    /// The node that programs open to speak to a device, `/dev/bus/usb/001/004`.
    func deviceNode(at path: String) -> String? {
        let place = SysfsFolder("\(folder)/\(path)")
        guard let bus = place["busnum"].flatMap({ Int($0) }), let device = place["devnum"].flatMap({ Int($0) }) else {
            return nil
        }
        func padded(_ number: Int) -> String {
            String(repeating: "0", count: max(0, 3 - "\(number)".count)) + "\(number)"
        }
        return "\(devices)/bus/usb/\(padded(bus))/\(padded(device))"
    }

    /// The folders of a hub's ports.
    func hubPorts(at path: String) -> [String] {
        let interface = path.hasPrefix("usb") ? "\(path.dropFirst(3))-0:1.0" : "\(path):1.0"
        let place = "\(folder)/\(interface)"
        return names(in: place).filter { $0.hasPrefix("\(path)-port") }.map { "\(place)/\($0)" }
    }

    var folder: String { root + "/bus/usb/devices" }

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

    private func names(in folder: String) -> [String] { SysfsFolder(folder).names.sorted() }

    private func text(_ path: String) -> String? {
        guard let slash = path.lastIndex(of: "/") else { return nil }
        return SysfsFolder(String(path[..<slash]))[String(path[path.index(after: slash)...])]
    }
}

import Glibc

/// The USB devices of this host as the kernel lists them (Documentation/ABI/stable/sysfs-bus-usb). Nothing is opened,
/// and no device is spoken to.
public struct USBTree: Sendable {
    private let folder: String

    /// - Parameter folder: where the kernel lists them.
    public init(folder: String = "/sys/bus/usb/devices") {
        self.folder = folder
    }

    /// Whether this host has USB at all.
    public var exists: Bool { access(folder, F_OK) == 0 }

    /// Every device, root hubs too, in the order of their paths.
    public func identities() -> [USBIdentity] {
        SysfsFolder(folder).names.filter { !$0.contains(":") }.sorted().compactMap { identity(at: $0) }
    }

    /// The device at a path such as `1-4.2`, or `usb1` for a bus's root hub; nil when nothing is plugged in there.
    public func identity(at path: String) -> USBIdentity? {
        let device = SysfsFolder("\(folder)/\(path)")
        guard let vendor = device.hexadecimal("idVendor"), let product = device.hexadecimal("idProduct") else {
            return nil
        }
        // bcdUSB as text, ` 2.10`.
        let version = (device["version"] ?? "").split(separator: ".").compactMap { UInt16($0, radix: 16) }
        return USBIdentity(
            id: USBID(vendor, product), release: device.hexadecimal("bcdDevice") ?? 0,
            version: version.count == 2 ? version[0] << 8 | version[1] : 0,
            deviceClass: UInt8(truncatingIfNeeded: device.hexadecimal("bDeviceClass") ?? 0),
            manufacturer: device["manufacturer"], product: device["product"], serial: device["serial"], path: path)
    }

    /// Whether a path could be one: bus and ports.
    static func isPath(_ text: String) -> Bool {
        if text.hasPrefix("usb") { return Int(text.dropFirst(3)) != nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && Int(parts[0]) != nil
            && parts[1].split(separator: ".", omittingEmptySubsequences: false).allSatisfy { Int($0) != nil }
    }
}

/// A folder of the kernel's small files.
struct SysfsFolder {
    let path: String

    init(_ path: String) { self.path = path }

    /// What stands in a file, without its line's end; nil when there is none.
    subscript(name: String) -> String? {
        let file = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(file, &buffer, buffer.count)
        guard count >= 0 else { return nil }
        let text = String(decoding: buffer.prefix(count), as: UTF8.self)
        return String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    func hexadecimal(_ name: String) -> UInt16? { self[name].flatMap { UInt16($0, radix: 16) } }

    /// 0, or the error of open(2) or write(2).
    func write(_ text: String, to name: String) -> Int32 {
        let file = open("\(path)/\(name)", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return errno }
        defer { close(file) }
        return Glibc.write(file, text, text.utf8.count) == text.utf8.count ? 0 : errno
    }

    /// What a symbolic link points at, its last part only.
    func link(_ name: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { readlink("\(path)/\(name)", $0.assumingMemoryBound(to: CChar.self), bytes.count) }
                ?? -1
        }
        guard count > 0 else { return nil }
        return String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: "/").last.map(String.init)
    }

    /// The names in the folder; none when there is no such folder.
    var names: [String] {
        guard let listing = opendir(path) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

import DeviceModels
import Glibc

/// A model in the kernel's virtual host controller, and where the kernel has it.
final class VirtualPlug {
    let place: (bus: Int, port: Int)
    private let plug: USBIPPlug

    /// Bus and port, as the kernel names the device.
    var path: String { "\(place.bus)-\(place.port)" }

    /// Returns once the kernel has the device, and a driver of its own for it where there is one.
    init(_ model: any USBDeviceModel, refused: Int = 0) throws {
        guard access(USBIPPlug.controller, F_OK) == 0 else {
            throw BenchFailure("the kernel has no virtual USB host controller (module vhci-hcd)")
        }
        guard let log = BenchLog(path: nil) else { throw BenchFailure("no log") }
        plug = USBIPPlug(model: model, name: "bench", log: log, refused: refused)
        try plug.plugIn()
        place = (try Self.bus(), (plug.port ?? 0) + 1)
        let interface = "/sys/bus/usb/devices/\(path):1.0"
        try wait("the kernel does not take the device") { access(interface, F_OK) == 0 }
    }

    /// Pulls it out, and waits until it is.
    func pullOut() {
        plug.pullOut()
        for _ in 0..<500 where plug.port != nil { usleep(10_000) }
    }

    /// Its serial port, once there is one.
    func terminal() throws -> String {
        var found: String?
        try wait("the kernel makes no serial port of the device") {
            let folder = "/sys/bus/usb/devices/\(path):1.0"
            found = Files.names(folder).first { $0.hasPrefix("ttyUSB") }
            return found.map { access("/dev/\($0)", F_OK) == 0 } ?? false
        }
        return "/dev/" + (found ?? "")
    }

    /// The controller has two buses; the first is for all but SuperSpeed.
    private static func bus() throws -> Int {
        let buses = Files.names(USBIPPlug.controller).filter { $0.hasPrefix("usb") }.compactMap { Int($0.dropFirst(3)) }
        guard let first = buses.min() else { throw BenchFailure("the virtual host controller has no bus") }
        return first
    }
}

/// Waits up to 20 s.
func wait(_ complaint: String, until isThere: () -> Bool) throws {
    for _ in 0..<2000 {
        if isThere() { return }
        usleep(10_000)
    }
    throw BenchFailure(complaint)
}

enum Files {
    static func names(_ folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                names.append(String(decoding: bytes.prefix(while: { $0 != 0 }), as: UTF8.self))
            }
        }
        return names
    }
}

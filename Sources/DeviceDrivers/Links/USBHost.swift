import CUSB
import Glibc
import LabModel

/// The host's USB through libusb. One for the whole lab. On a host without USB it starts like on any other and finds no
/// device.
///
/// `@unchecked Sendable`: a libusb context may be used from any thread ("Multi-threaded applications and asynchronous
/// I/O" of libusb's manual); nothing else is kept here.
final class USBHost: @unchecked Sendable {
    let context: OpaquePointer
    let tree: SysfsUSB

    /// - Throws: `infrastructure` when libusb cannot start.
    init(tree: SysfsUSB = SysfsUSB()) throws(Failure) {
        var made: OpaquePointer?
        let status = libusb_init(&made)
        guard status == 0, let made else {
            throw Failure(.infrastructure, "USB is not usable: \(String(cString: libusb_strerror(status)))")
        }
        context = made
        self.tree = tree
    }

    deinit { libusb_exit(context) }

    /// Opens the device at a path.
    ///
    /// - Throws: `infrastructure` when it is not there any more, or may not be opened.
    func open(_ identity: USBIdentity, as name: String) throws(Failure) -> OpaquePointer {
        var list: UnsafeMutablePointer<OpaquePointer?>?
        let count = libusb_get_device_list(context, &list)
        defer { if let list { libusb_free_device_list(list, 1) } }
        for index in 0..<max(count, 0) {
            guard let device = list?[index], Self.path(of: device) == identity.path else { continue }
            var handle: OpaquePointer?
            let status = libusb_open(device, &handle)
            if status == 0, let handle {
                libusb_set_auto_detach_kernel_driver(handle, 1)
                return handle
            }
            let place = "the USB device \(identity.id) at \(identity.path)"
            guard status == LIBUSB_ERROR_ACCESS.rawValue else {
                throw Failure(
                    .infrastructure, "\(place) cannot be opened: \(String(cString: libusb_strerror(status)))", at: name)
            }
            throw Failure(
                .infrastructure, "\(place) may not be opened", at: name,
                advice: "a udev rule gives it to labd: see docs/hardware.md")
        }
        throw Failure(.infrastructure, "the USB device \(identity.id) at \(identity.path) is gone", at: name)
    }

    /// Bus and ports, as the kernel names the device.
    static func path(of device: OpaquePointer) -> String {
        let bus = libusb_get_bus_number(device)
        // USB 3.2, section 8.9: at most seven tiers.
        var ports = [UInt8](repeating: 0, count: 8)
        let count = libusb_get_port_numbers(device, &ports, Int32(ports.count))
        guard count > 0 else { return "usb\(bus)" }
        return "\(bus)-" + ports.prefix(Int(count)).map { String($0) }.joined(separator: ".")
    }
}

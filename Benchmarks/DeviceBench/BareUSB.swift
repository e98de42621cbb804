import CUSB
import Glibc

/// A USB device opened with libusb alone, by where it is plugged in.
final class BareUSB {
    /// One request, as libusb takes it.
    enum Call: Sendable {
        /// Request type, request, value, index and data of a control transfer.
        case control(UInt8, UInt8, UInt16, UInt16, [UInt8])
        /// Data to an interrupt or bulk endpoint.
        case out(UInt8, [UInt8])

        var name: String {
            switch self {
            case .control: "one libusb_control_transfer"
            case .out: "one libusb_bulk_transfer"
            }
        }
    }

    private var context: OpaquePointer?
    private var handle: OpaquePointer?

    /// - Parameter place: bus and port at its root hub.
    init(_ place: (bus: Int, port: Int), interface: Int) throws {
        libusb_init(&context)
        var list: UnsafeMutablePointer<OpaquePointer?>?
        let count = libusb_get_device_list(context, &list)
        defer { libusb_free_device_list(list, 1) }
        for number in 0..<max(0, Int(count)) {
            guard let device = list?[number], Int(libusb_get_bus_number(device)) == place.bus,
                Int(libusb_get_port_number(device)) == place.port
            else { continue }
            libusb_open(device, &handle)
        }
        guard let handle else { throw BenchFailure("libusb does not open the device of the floor") }
        libusb_set_auto_detach_kernel_driver(handle, 1)
        let error = libusb_claim_interface(handle, Int32(interface))
        if error != 0 { throw BenchFailure("libusb does not claim the interface of the floor: \(error)") }
    }

    deinit {
        if let handle { libusb_close(handle) }
        if let context { libusb_exit(context) }
    }

    func make(_ call: Call) throws {
        let result: Int32
        switch call {
        case .control(let type, let request, let value, let index, var data):
            result = libusb_control_transfer(
                handle, type, request, value, index, &data, UInt16(data.count), 1000)
        case .out(let endpoint, var data):
            var count: Int32 = 0
            result = libusb_bulk_transfer(handle, endpoint, &data, Int32(data.count), &count, 1000)
        }
        if result < 0 { throw BenchFailure("\(call.name): error \(result)") }
    }

    /// Takes an answer away, so that the next one is that of the next call.
    func takeAnswer(_ endpoint: UInt8) {
        var data = [UInt8](repeating: 0, count: 64)
        var count: Int32 = 0
        libusb_bulk_transfer(handle, endpoint, &data, Int32(data.count), &count, 1000)
    }
}

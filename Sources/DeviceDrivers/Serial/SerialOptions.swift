import LabModel

extension DriverOption {
    static let tty = DriverOption("tty", .text, "the device node, best one below /dev/serial/by-path")
    static let adapterPort = DriverOption(
        "adapter_port", .integer(0...31), standard: "0", "which port of an adapter with several")
    /// Either the node, or the USB device behind it.
    static let serialPort: [DriverOption] = [.tty, .usbSerial, .usbPath, .usbID, .adapterPort]
}

extension DriverOptions {
    /// The port that `tty` names, or the one of the USB device that `serial`, `path` and `id` name.
    ///
    /// - Parameter ids: of adapters that are usual for the device; none when it may hang on any.
    func serialBinding(_ ids: [USBID]) throws(Failure) -> SerialBinding {
        if let node = text("tty") {
            guard node.hasPrefix("/") else {
                throw Failure(.configuration, "'tty' needs a path such as /dev/serial/by-id/…", at: device)
            }
            return SerialBinding(node: node, device: device)
        }
        let usb = try usbBinding(ids)
        guard !usb.ids.isEmpty || usb.path != nil || usb.serial != nil else {
            throw Failure(
                .configuration, "needs 'tty', or the USB device by 'path', 'serial' or 'id'", at: device)
        }
        return SerialBinding(usb: usb, port: integer("adapter_port") ?? 0, device: device)
    }
}

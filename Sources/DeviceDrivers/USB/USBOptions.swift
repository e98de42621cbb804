import LabModel

extension DriverOption {
    static let usbSerial = DriverOption("serial", .text, "the serial number in the USB descriptor")
    static let usbPath = DriverOption("path", .text, "bus and ports it is plugged in at, such as 1-4.2")
    static let usbID = DriverOption("id", .usbID, "the USB ids, in quotes, when they are not the usual ones")
}

extension DriverOptions {
    /// The device that `serial`, `path` and `id` name.
    ///
    /// - Parameter serialIsInside: `serial` is not the descriptor's: the device itself must be asked.
    func usbBinding(
        _ ids: [USBID], productPrefix: String? = nil, serialIsInside: Bool = false
    ) throws(Failure) -> USBBinding {
        USBBinding(
            ids: usbID("id").map { [$0] } ?? ids, serial: serialIsInside ? nil : text("serial"), path: try usbPath(),
            productPrefix: productPrefix, device: device)
    }

    private func usbPath() throws(Failure) -> String? {
        guard let path = text("path") else { return nil }
        let parts = path.split(separator: "-", omittingEmptySubsequences: false)
        let isPath =
            parts.count == 2 && Int(parts[0]) != nil
            && parts[1].split(separator: ".", omittingEmptySubsequences: false).allSatisfy { Int($0) != nil }
        guard isPath else {
            throw Failure(
                .configuration, "'path' needs bus and ports such as 1-4.2, not '\(path)'", at: device,
                advice: "the names of the folders in /sys/bus/usb/devices")
        }
        return path
    }
}

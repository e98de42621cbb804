import Glibc
import LabModel

/// One half of a hub: all of a USB 2 hub, or the USB 2 or the SuperSpeed side of a newer one.
///
/// The kernel's own switch comes first (`disable` of a port, since Linux 6.0, Documentation/ABI/testing/sysfs-bus-usb):
/// the port then stays as it was told, and what was plugged in is taken down cleanly. Where it is not there, or is not
/// labd's to write, the hub is asked itself, and the kernel may switch the port on again.
final class HubHalf {
    /// Bus and ports, or `usb1`.
    let path: String
    private let folder: String
    private let link: any USBLink

    /// Times between repeated requests to switch off, and how many: the kernel may have switched on again in between.
    private static let repeats = 3
    private static let repeatPause: UInt32 = 20_000

    // USB 2.0, tables 11-15 to 11-17 and 11-21; USB 3.2, table 10-10.
    private static let setFeature: UInt8 = 3
    private static let clearFeature: UInt8 = 1
    private static let portPower: UInt16 = 8

    /// - Parameter link: the hub itself.
    init(path: String, devices folder: String, link: any USBLink) {
        self.path = path
        self.folder = folder
        self.link = link
    }

    func close() { link.close() }

    /// The other half's port that shares this port's socket, as the kernel found out: hub and port.
    func peer(of port: Int) -> (hub: String, port: Int)? {
        // Such as `2-4-port1`.
        guard let name = portFolder(port).link("peer"), let dash = name.lastIndex(of: "-") else { return nil }
        let number = name[name.index(after: dash)...]
        guard number.hasPrefix("port") else { return nil }
        return Int(number.dropFirst(4)).map { (String(name[..<dash]), $0) }
    }

    /// What is plugged in at a port, such as `1-4.2`.
    func child(of port: Int) -> String? { portFolder(port).link("device") }

    func set(_ port: Int, _ isOn: Bool) throws(Failure) {
        // Written even when it reads so already: the hub may have lost its mind with its supply.
        let refused = portFolder(port).write(isOn ? "0" : "1", to: "disable")
        if refused == 0 { return }
        // The kernel's switch is left where it is: a port that it has disabled cannot be switched on behind its back.
        if isOn, portFolder(port)["disable"] == "1" { throw denied(port, refused) }
        do throws(Failure) {
            try ask(port, isOn)
        } catch {
            throw refused == ENOENT ? error : denied(port, refused)
        }
    }

    /// The power bit of the port's status.
    func powerBit(_ port: Int) throws(Failure) -> Bool? {
        if portFolder(port)["disable"] == "1" { return false }
        let status = try link.receive(
            // GET_STATUS to a port (USB 2.0, section 11.24.2.7): four bytes, status and change.
            USBRequest(type: 0xA3, request: 0, value: 0, index: UInt16(port)), length: 4)
        guard status.count == 4 else { return nil }
        let bits = UInt16(status[0]) | UInt16(status[1]) << 8
        // Bit 8 with USB 2 (table 11-21), bit 9 with SuperSpeed (USB 3.2, table 10-13).
        return bits & (try isSuperSpeed() ? 0x200 : 0x100) != 0
    }

    /// How many ports it has, and whether it switches them one by one (USB 2.0, table 11-13; USB 3.2, table 10-3).
    func descriptor() throws(Failure) -> (ports: Int, isPerPort: Bool) {
        let isSuperSpeed = try isSuperSpeed()
        let bytes = try link.receive(
            USBRequest(type: 0xA0, request: 6, value: isSuperSpeed ? 0x2A00 : 0x2900), length: isSuperSpeed ? 12 : 9)
        guard bytes.count >= 5, bytes[1] == (isSuperSpeed ? 0x2A : 0x29) else {
            throw Failure(.infrastructure, "\(path) is no USB hub")
        }
        let ports = Int(bytes[2])
        let mode = bytes[3] & 3
        // A hub of one port has no other to switch along.
        return (ports, mode == 1 || (mode == 0 && ports == 1))
    }

    private func ask(_ port: Int, _ isOn: Bool) throws(Failure) {
        let request = USBRequest(
            type: 0x23, request: isOn ? Self.setFeature : Self.clearFeature, value: Self.portPower, index: UInt16(port))
        try link.send(request, [])
        if isOn { return }
        for _ in 1..<Self.repeats {
            usleep(Self.repeatPause)
            try link.send(request, [])
        }
    }

    private func isSuperSpeed() throws(Failure) -> Bool { try link.identity().version >= 0x0300 }

    private func portFolder(_ port: Int) -> SysfsFolder {
        let interface = path.hasPrefix("usb") ? "\(path.dropFirst(3))-0:1.0" : "\(path):1.0"
        return SysfsFolder("\(folder)/\(interface)/\(path)-port\(port)")
    }

    private func denied(_ port: Int, _ errno: Int32) -> Failure {
        Failure(
            .infrastructure, "port \(port) of hub \(path) cannot be switched: \(String(cString: strerror(errno)))",
            advice: "a udev rule gives the port's `disable` file to labd: see docs/hardware.md")
    }
}

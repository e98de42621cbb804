import Glibc
import Synchronization

/// A model that can be plugged in and out of the kernel's virtual host controller, `vhci_hcd`. No USB/IP daemon is
/// needed: the controller takes any connected socket (Documentation/ABI/testing/sysfs-platform-usbip-vhci).
///
/// Each plugging in gets a new device number, as with a real cable.
public final class USBIPPlug: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public var description: String
    }

    /// Where the first of the virtual controllers is.
    public static let controller = "/sys/devices/platform/vhci_hcd.0"

    private struct Plugged {
        var server: USBIPServer
        var port: Int
    }

    public let model: any USBDeviceModel
    public let name: String
    private let refused: Int
    private let controller: String
    private let log: BenchLog
    private let plugged = Mutex<Plugged?>(nil)

    /// - Parameter refused: how many transfers to OUT endpoints stall after each plugging in. Six of them keep the
    ///   kernel's driver of the MCP2221 from waiting: that of Linux 6.1 asks six things while it is being bound, when it
    ///   cannot hear answers, and waits 4 s for each. Refused or waited for, it goes on without them.
    public init(
        model: any USBDeviceModel, name: String, log: BenchLog, refused: Int = 0,
        controller: String = USBIPPlug.controller
    ) {
        self.model = model
        self.name = name
        self.log = log
        self.refused = refused
        self.controller = controller
    }

    /// The controller's port the device is in; nil while it is in none.
    public var port: Int? { plugged.withLock { $0?.port } }

    /// Plugs the device in, unless it is. The kernel has it then, and asks it who it is.
    public func plugIn() throws(Failure) {
        guard port == nil else { return }
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw Failure(description: "no socket pair: error \(errno)")
        }
        let ours = ends[0]
        // The kernel has a reference of its own then.
        defer { close(ends[1]) }
        let port: Int
        do throws(Failure) {
            port = try attach(ends[1])
        } catch {
            close(ours)
            throw error
        }
        let server = USBIPServer(model: model, socket: ours, refused: refused) { [log, name] event in
            log.write(event, of: name)
        }
        plugged.withLock { $0 = Plugged(server: server, port: port) }
        log.write(BenchEvent("attached", ["port": .number(port)]), of: name)
        ModelThread.start { [self] in
            server.run()
            // Nobody may unplug it any more when its socket's number is somebody else's.
            plugged.withLock { $0 = nil }
            close(ours)
            log.write(BenchEvent("detached", ["port": .number(port)]), of: name)
        }
    }

    /// Pulls the device out, unless it is out.
    public func pullOut() {
        plugged.withLock { $0?.server.unplug() }
    }

    /// Lets the device vanish at a request to come.
    public func vanish(_ vanishing: USBIPServer.Vanishing) {
        plugged.withLock { $0?.server }?.vanish(vanishing)
    }

    /// Hands the kernel its end of the socket, at the first port that is free.
    private func attach(_ socket: Int32) throws(Failure) -> Int {
        // Somebody else may take the port in between; then there is another one.
        for _ in 0..<8 {
            let port = try freePort()
            let line = "\(port) \(socket) \(0x10000 + port + 1) \(model.identity.speed.rawValue)"
            let file = open(controller + "/attach", O_WRONLY | O_CLOEXEC)
            guard file >= 0 else { throw Failure(description: "cannot open \(controller)/attach: error \(errno)") }
            defer { close(file) }
            if write(file, line, line.utf8.count) == line.utf8.count { return port }
        }
        throw Failure(description: "the virtual host controller takes no device: error \(errno)")
    }

    /// The first port for devices up to high speed that nothing is in: state 4, VDEV_ST_NULL.
    private func freePort() throws(Failure) -> Int {
        guard var status = BenchFiles.read(controller + "/status") else {
            throw Failure(description: "there is no \(controller)/status: is the module vhci-hcd loaded?")
        }
        // Further controllers count on, and have their files beside.
        for number in 1..<128 {
            for line in status.split(separator: "\n") {
                let words = line.split(separator: " ", omittingEmptySubsequences: true)
                if words.count > 2, words[0] == "hs", Int(words[2]) == 4, let port = Int(words[1]) { return port }
            }
            guard let next = BenchFiles.read(controller + "/status.\(number)") else { break }
            status = next
        }
        throw Failure(description: "every port of the virtual host controller is taken")
    }
}

import CSerial
import Glibc
public import LabModel

/// A serial port of the host. It is raw and exclusive, keeps its control lines when it is closed, and is looked up anew
/// at every opening: what was ttyUSB0 may be ttyUSB1 after a plug was pulled.
public final class TTYLink: ByteLink {
    private let binding: SerialBinding
    private let baud: Int
    private let system: SysfsUSB
    private let clock: any LabClock
    private var port: (descriptor: Int32, node: String)?
    /// What came behind an end that was waited for.
    private var rest: [UInt8] = []

    /// - Parameter baud: bits a second; 0 leaves the port's speed.
    public init(
        _ binding: SerialBinding, baud: Int, system: SysfsUSB = SysfsUSB(), clock: any LabClock = SystemLabClock()
    ) {
        self.binding = binding
        self.baud = baud
        self.system = system
        self.clock = clock
    }

    deinit { close() }

    public func write(_ data: [UInt8]) throws(Failure) {
        let port = try opened()
        // Far more than any command takes at the slowest speed.
        let deadline = clock.monotonic().advanced(by: .seconds(2))
        var left = data[...]
        while !left.isEmpty {
            let count = left.withUnsafeBytes { Glibc.write(port.descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                left = left.dropFirst(count)
            } else if count < 0 && errno != EAGAIN && errno != EINTR {
                throw lost("cannot be written to", errno)
            } else if try !wait(for: POLLOUT, until: deadline) {
                throw lost("takes nothing for 2 s", 0)
            }
        }
    }

    public func read(_ count: Int, timeout: Duration) throws(Failure) -> [UInt8] {
        try collect(until: clock.monotonic().advanced(by: timeout)) { $0.count >= count ? count : nil }
    }

    public func read(until end: [UInt8], limit: Int, timeout: Duration) throws(Failure) -> [UInt8] {
        try collect(until: clock.monotonic().advanced(by: timeout)) { bytes in
            let last = max(0, min(bytes.count, limit) - end.count)
            for start in 0...last where bytes[start...].starts(with: end) { return start + end.count }
            return bytes.count >= limit ? limit : nil
        }
    }

    public func discardInput() throws(Failure) {
        let port = try opened()
        rest = []
        let error = lab_tty_discard_input(port.descriptor)
        if error != 0 { throw lost("cannot be flushed", -error) }
    }

    public func setLines(dtr: Bool?, rts: Bool?) throws(Failure) {
        let port = try opened()
        let number = { (line: Bool?) -> Int32 in line.map { $0 ? 1 : 0 } ?? -1 }
        let error = lab_tty_set_lines(port.descriptor, number(dtr), number(rts))
        if error != 0 { throw lost("does not set its control lines", -error) }
    }

    public func lines() throws(Failure) -> (dtr: Bool, rts: Bool) {
        let port = try opened()
        var (dtr, rts): (Int32, Int32) = (0, 0)
        let error = lab_tty_get_lines(port.descriptor, &dtr, &rts)
        if error != 0 { throw lost("does not tell its control lines", -error) }
        return (dtr != 0, rts != 0)
    }

    public func close() {
        if let port { Glibc.close(port.descriptor) }
        port = nil
        rest = []
    }
}

extension TTYLink {
    private func opened() throws(Failure) -> (descriptor: Int32, node: String) {
        if let port { return port }
        let node: String
        if let given = binding.node {
            node = given
        } else if let usb = binding.usb {
            node = try system.node(of: usb, port: binding.port)
        } else {
            throw Failure(.configuration, "names no serial port", at: binding.device)
        }
        var actual: UInt32 = 0
        let descriptor = cserial_tty_open(node, UInt32(baud), &actual)
        guard descriptor >= 0 else { throw failure("\(node) cannot be opened", -descriptor) }
        port = (descriptor, node)
        var error = lab_tty_lock(descriptor)
        if error == 0 { error = lab_tty_keep_lines(descriptor) }
        if error == -EWOULDBLOCK { throw lost("is in use by another program", 0) }
        if error != 0 { throw lost("cannot be set up", -error) }
        // Some ports take any speed without an error and keep the old one.
        if baud != 0 && actual != UInt32(baud) { throw lost("has \(actual) baud instead of \(baud)", 0) }
        return (descriptor, node)
    }

    /// Reads until `enough` says how many bytes are wanted, or until the deadline: then all that came.
    private func collect(
        until deadline: MonotonicTime, enough: ([UInt8]) -> Int?
    ) throws(Failure) -> [UInt8] {
        let port = try opened()
        while true {
            if let count = enough(rest) {
                defer { rest.removeFirst(count) }
                return Array(rest.prefix(count))
            }
            var buffer = [UInt8](repeating: 0, count: 512)
            let count = Glibc.read(port.descriptor, &buffer, buffer.count)
            if count > 0 {
                rest += buffer.prefix(count)
            } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                throw lost("was unplugged", count == 0 ? 0 : errno)
            } else if try !wait(for: POLLIN, until: deadline) {
                defer { rest = [] }
                return rest
            }
        }
    }

    /// - Returns: false when the time is up.
    private func wait(for events: Int32, until deadline: MonotonicTime) throws(Failure) -> Bool {
        guard let port else { throw lost("was closed", 0) }
        let left = deadline.duration(since: clock.monotonic())
        guard left > .zero else { return false }
        // Rounded up: a rest of less than a millisecond must not turn into a busy loop.
        let milliseconds = Int32(clamping: (left.nanoseconds + 999_999) / 1_000_000)
        var watched = pollfd(fd: port.descriptor, events: Int16(events), revents: 0)
        let ready = poll(&watched, 1, milliseconds)
        if ready < 0 && errno != EINTR { throw lost("cannot be waited for", errno) }
        // With bytes still to be read a hangup comes to light at the next read.
        if watched.revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 && watched.revents & Int16(events) == 0 {
            throw lost("was unplugged", 0)
        }
        return true
    }

    /// Closes the port, which is of no use any more.
    private func lost(_ what: String, _ error: Int32) -> Failure {
        let node = port?.node ?? binding.node ?? "the serial port"
        close()
        return failure("\(node) \(what)", error)
    }

    private func failure(_ what: String, _ error: Int32) -> Failure {
        let reason = error == 0 ? "" : ": " + String(cString: strerror(error))
        return Failure(.infrastructure, what + reason, at: binding.device)
    }
}

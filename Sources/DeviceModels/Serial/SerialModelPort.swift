import CSerial
import Glibc
public import LabModel
import Synchronization

/// A serial port with a modelled device behind it: a pseudo-terminal that a thread serves.
///
/// A link at a steady path points at the terminal, as those below `/dev/serial` do, and follows it when the device is
/// plugged in again and gets another number.
public final class SerialModelPort: Sendable {
    /// The steady path.
    public let path: String
    private let model: any SerialModel
    private struct State {
        var server: Server?
    }
    private let state = Mutex(State())

    /// - Throws: `infrastructure` when the host has no pseudo-terminals left.
    public init(_ model: any SerialModel, at path: String) throws(Failure) {
        (self.model, self.path) = (model, path)
        try plug()
    }

    deinit { unplug() }

    /// The terminal that the path leads to now; nil while it is unplugged.
    public var terminal: String? { state.withLock { $0.server?.terminal } }

    /// Gives the device a terminal again.
    public func plug() throws(Failure) {
        guard state.withLock({ $0.server == nil }) else { return }
        model.bank.plug()
        let server = try Server(model, steadyPath: path)
        state.withLock { $0.server = server }
        server.start()
    }

    /// Takes the terminal away; whoever has it open sees a hangup.
    public func unplug() {
        let server = state.withLock { state in
            defer { state.server = nil }
            return state.server
        }
        server?.stop()
        unlink(path)
    }
}

/// The thread of one plugged-in port.
private final class Server: Sendable {
    let terminal: String
    private let model: any SerialModel
    private let master: Int32
    private let wake: (read: Int32, write: Int32)
    private let thread = Mutex<pthread_t?>(nil)

    init(_ model: any SerialModel, steadyPath: String) throws(Failure) {
        var name = [CChar](repeating: 0, count: 64)
        // Without a slave of our own: a closed master must reach the host as a hangup.
        let master = cserial_pty_open(&name, name.count, nil)
        guard master >= 0 else {
            throw Failure(.infrastructure, "no pseudo-terminal: \(String(cString: strerror(-master)))")
        }
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            close(master)
            throw Failure(.infrastructure, "no pipe: \(String(cString: strerror(errno)))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        self.model = model
        self.master = master
        wake = (ends[0], ends[1])
        terminal = name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        unlink(steadyPath)
        symlink(terminal, steadyPath)
    }

    deinit {
        close(wake.read)
        close(wake.write)
    }

    func start() {
        var handle = pthread_t()
        let context = Unmanaged.passRetained(self)
        let error = pthread_create(
            &handle, nil,
            { context in
                if let context { Unmanaged<Server>.fromOpaque(context).takeRetainedValue().serve() }
                return nil
            }, context.toOpaque())
        if error == 0 { thread.withLock { $0 = handle } } else { context.release() }
    }

    func stop() {
        var byte: UInt8 = 0
        write(wake.write, &byte, 1)
        if let handle = thread.withLock({ $0 }) { pthread_join(handle, nil) }
    }

    private func serve() {
        defer { close(master) }
        while !model.bank.isGone {
            // A master whose slave nobody holds reports a hangup at once: then look again after a moment.
            switch ready(for: 50) {
            case .stop: return
            case .none: continue
            case .hangup: if isStopped(within: .milliseconds(2)) { return }
            case .data:
                let answer = model.take(receive())
                guard !answer.isEmpty, let delay = model.bank.answerDelay else { continue }
                if delay > .zero, isStopped(within: delay) { return }
                // A closed port drops what comes; a terminal would keep it for whoever opens it next.
                if isHeld { send(answer) }
            }
        }
    }

    private enum Readiness { case none, data, hangup, stop }

    private func ready(for milliseconds: Int32) -> Readiness {
        var watched = [
            pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0),
            pollfd(fd: master, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&watched, 2, milliseconds) > 0 else { return .none }
        if watched[0].revents != 0 { return .stop }
        return watched[1].revents & Int16(POLLIN) != 0 ? .data : .hangup
    }

    /// Whether somebody has the terminal open.
    private var isHeld: Bool {
        var watched = pollfd(fd: master, events: 0, revents: 0)
        return poll(&watched, 1, 0) == 0
    }

    private func isStopped(within delay: Duration) -> Bool {
        var watched = pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, Int32(clamping: delay.nanoseconds / 1_000_000)) > 0
    }

    private func receive() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = read(master, &buffer, buffer.count)
        return count > 0 ? Array(buffer.prefix(count)) : []
    }

    private func send(_ bytes: [UInt8]) {
        var rest = bytes
        while !rest.isEmpty {
            let count = write(master, rest, rest.count)
            guard count > 0 else { return }
            rest.removeFirst(count)
        }
    }
}

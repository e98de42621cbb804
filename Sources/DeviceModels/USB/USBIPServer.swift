import Glibc
import Synchronization

/// Serves a model to the kernel's virtual host controller over one connected stream socket: the device's end of USB/IP,
/// once a device is attached (Documentation/usb/usbip_protocol.rst). The kernel's whole USB stack is in front of it.
///
/// One server is one plugging in; for the next one there is a new server.
public final class USBIPServer: Sendable {
    /// A device that goes away by itself: what a cable, a brown-out or a crashing firmware does.
    public struct Vanishing: Hashable, Sendable {
        /// How many more requests the model gets, beside those that every device answers.
        public var requests: Int
        /// Whether the last of them takes effect, and its answer alone is lost.
        public var takesLast: Bool

        public init(requests: Int, takesLast: Bool) {
            self.requests = requests
            self.takesLast = takesLast
        }
    }

    /// The errors of the kernel that USB knows.
    private enum Status {
        static let stall: Int32 = -32
        static let unlinked: Int32 = -104
        static let unsupported: Int32 = -22
    }

    private let model: any USBDeviceModel
    private let socket: Int32
    private let report: @Sendable (BenchEvent) -> Void
    private let refused: Int
    private let vanishing = Mutex<Vanishing?>(nil)

    /// - Parameter socket: the connected socket; closed by whoever made it.
    /// - Parameter refused: how many transfers to OUT endpoints stall before the first that does not.
    public init(
        model: any USBDeviceModel, socket: Int32, refused: Int = 0,
        report: @escaping @Sendable (BenchEvent) -> Void = { _ in }
    ) {
        self.model = model
        self.socket = socket
        self.refused = refused
        self.report = report
    }

    public func vanish(_ vanishing: Vanishing) {
        self.vanishing.withLock { $0 = vanishing }
    }

    /// Unplugs: `run` returns, and the kernel sees the device go.
    public func unplug() {
        shutdown(socket, Int32(SHUT_RDWR))
    }

    /// Serves until the connection ends, on the calling thread.
    public func run() {
        var session = Session(server: self)
        while session.step() {}
        unplug()
    }

    /// Whether the request that comes now reaches the model, and whether its answer leaves.
    private func fate() -> (reaches: Bool, answers: Bool) {
        vanishing.withLock { vanishing in
            guard var left = vanishing else { return (true, true) }
            left.requests -= 1
            vanishing = left
            return left.requests > 0 ? (true, true) : (left.takesLast, false)
        }
    }

    /// What one connection remembers.
    private struct Session {
        let server: USBIPServer
        var zero: USBIPEndpointZero
        /// Requests for data that the model does not have yet, each endpoint's in their order.
        var waiting: [UInt8: [(request: USBIPRequest, length: Int)]] = [:]

        var leftToRefuse: Int
        /// How often in a row nothing came and nothing was to be said.
        private var idle = 0

        init(server: USBIPServer) {
            self.server = server
            leftToRefuse = server.refused
            zero = USBIPEndpointZero(server.model)
        }

        /// False when the connection has ended.
        mutating func step() -> Bool {
            var descriptor = pollfd(fd: server.socket, events: Int16(POLLIN), revents: 0)
            // The host keeps asking, every few milliseconds: so is the model, and less often once it is at rest. A dozen
            // open ports would keep an emulated processor busy with nothing else.
            let pause: Int32 = idle < 50 ? 4 : 40
            guard poll(&descriptor, 1, waiting.isEmpty ? -1 : pause) >= 0 || errno == EINTR else { return false }
            idle = descriptor.revents == 0 ? min(idle + 1, 50) : 0
            if descriptor.revents != 0, !take() { return false }
            return give()
        }

        private mutating func take() -> Bool {
            guard let header = receive(USBIPRequest.headerLength), let request = USBIPRequest(header: header) else {
                return false
            }
            switch request.body {
            case .unlink(let number): return unlink(number, request)
            case .submit(let setup, let length, let packets):
                guard let data = request.isIn ? [] : receive(length), receive(packets * 16) != nil else { return false }
                return submit(request, setup, data, length: length, isIsochronous: packets > 0)
            }
        }

        private mutating func submit(
            _ request: USBIPRequest, _ setup: USBSetup, _ data: [UInt8], length: Int, isIsochronous: Bool
        ) -> Bool {
            if isIsochronous { return send(request.reply(status: Status.unsupported)) }
            if request.endpoint == 0 { return control(request, setup, data) }
            if request.isIn {
                waiting[request.endpoint, default: []].append((request, length))
                return true
            }
            if leftToRefuse > 0 {
                leftToRefuse -= 1
                return send(request.reply(status: Status.stall))
            }
            let fate = server.fate()
            guard fate.reaches else { return false }
            let isTaken = server.model.take(data, endpoint: request.endpoint)
            server.report(BenchEvent("out", ["endpoint": .number(Int(request.endpoint)), "data": .bytes(data)]))
            guard fate.answers else { return false }
            return send(request.reply(status: isTaken ? 0 : Status.stall, taken: isTaken ? data.count : 0))
        }

        private mutating func control(_ request: USBIPRequest, _ setup: USBSetup, _ data: [UInt8]) -> Bool {
            // What every device answers is no request to the model.
            let isModels = setup.requestType & 0x60 != 0
            let fate = isModels ? server.fate() : (reaches: true, answers: true)
            guard fate.reaches else { return false }
            let answer = zero.answer(setup, data: data)
            if isModels {
                server.report(
                    BenchEvent(
                        "control",
                        [
                            "type": .number(Int(setup.requestType)), "request": .number(Int(setup.request)),
                            "value": .number(Int(setup.value)), "index": .number(Int(setup.index)),
                            "data": .bytes(setup.isIn ? answer ?? [] : data), "stalls": .flag(answer == nil),
                        ]))
            }
            guard fate.answers else { return false }
            guard let answer else { return send(request.reply(status: Status.stall)) }
            return send(request.reply(status: 0, data: answer, taken: data.count))
        }

        private mutating func unlink(_ number: UInt32, _ request: USBIPRequest) -> Bool {
            for (endpoint, requests) in waiting {
                guard let index = requests.firstIndex(where: { $0.request.sequence == number }) else { continue }
                waiting[endpoint]?.remove(at: index)
                if waiting[endpoint]?.isEmpty == true { waiting[endpoint] = nil }
                return send(request.reply(status: Status.unlinked))
            }
            // It was answered before: that answer is on its way.
            return send(request.reply(status: 0))
        }

        private mutating func give() -> Bool {
            for endpoint in waiting.keys.sorted() {
                while let next = waiting[endpoint]?.first {
                    guard let data = server.model.give(endpoint: 0x80 | endpoint, length: next.length) else { break }
                    waiting[endpoint]?.removeFirst()
                    let fitting = Array(data.prefix(next.length))
                    server.report(BenchEvent("in", ["endpoint": .number(Int(endpoint)), "data": .bytes(fitting)]))
                    guard send(next.request.reply(status: 0, data: fitting)) else { return false }
                }
                if waiting[endpoint]?.isEmpty == true { waiting[endpoint] = nil }
            }
            return true
        }

        private func receive(_ length: Int) -> [UInt8]? {
            // No request is that long: the kernel's buffers are far smaller.
            guard length <= 1 << 24 else { return nil }
            var bytes = [UInt8](repeating: 0, count: length)
            var filled = 0
            while filled < length {
                let count = bytes.withUnsafeMutableBytes {
                    recv(server.socket, $0.baseAddress?.advanced(by: filled), length - filled, 0)
                }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return nil }
                filled += count
            }
            return bytes
        }

        private func send(_ bytes: [UInt8]) -> Bool {
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Glibc.send(
                        server.socket, $0.baseAddress?.advanced(by: sent), bytes.count - sent,
                        Int32(MSG_NOSIGNAL))
                }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }
}

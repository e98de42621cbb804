import DeviceDrivers
import DeviceModels
import LabModel

/// A serial port in memory with a model behind it. Its time passes only while somebody waits.
final class ModelByteLink: ByteLink {
    private let host: ModelLinks
    private let binding: SerialBinding
    private var model: (any SwitchingModel)?
    private var coming: [(due: Duration, byte: UInt8)] = []
    private var now = Duration.zero
    /// What the driver asked for; a model does not mind.
    let baud: Int

    init(_ host: ModelLinks, _ binding: SerialBinding, baud: Int) {
        self.host = host
        self.binding = binding
        self.baud = baud
    }

    func write(_ data: [UInt8]) throws(Failure) {
        let model = try opened()
        host.traffic.sent(data.hex)
        guard let serial = model as? any SerialModel else { return }
        let answer = serial.take(data)
        if model.bank.isGone { throw gone() }
        guard let delay = model.bank.answerDelay else { return }
        coming += answer.map { (now + delay, $0) }
    }

    func read(_ count: Int, timeout: Duration) throws(Failure) -> [UInt8] {
        try collect(timeout) { $0.count >= count }
    }

    func read(until end: [UInt8], limit: Int, timeout: Duration) throws(Failure) -> [UInt8] {
        try collect(timeout) { $0.count >= limit || $0.suffix(end.count).elementsEqual(end) }
    }

    func discardInput() throws(Failure) {
        _ = try opened()
        coming.removeAll { $0.due <= now }
    }

    func setLines(dtr: Bool?, rts: Bool?) throws(Failure) {
        guard let port = try opened() as? ControlLinesModel else { throw Failure(.bug, "no lines", at: binding.device) }
        host.traffic.sent("lines \(text(dtr)) \(text(rts))")
        guard port.set(dtr: dtr, rts: rts) else { throw gone() }
    }

    func lines() throws(Failure) -> (dtr: Bool, rts: Bool) {
        guard let port = try opened() as? ControlLinesModel else { throw Failure(.bug, "no lines", at: binding.device) }
        guard let lines = port.lines else { throw gone() }
        return lines
    }

    func close() { model = nil }

    private func text(_ line: Bool?) -> String { line.map { $0 ? "1" : "0" } ?? "-" }

    private func collect(_ timeout: Duration, until isEnough: ([UInt8]) -> Bool) throws(Failure) -> [UInt8] {
        let model = try opened()
        let deadline = now + timeout
        var bytes: [UInt8] = []
        while !isEnough(bytes) {
            guard let next = coming.first, next.due <= deadline else {
                host.traffic.wait(deadline - now)
                now = deadline
                if model.bank.isGone { throw gone() }
                return bytes
            }
            if next.due > now {
                host.traffic.wait(next.due - now)
                now = next.due
            }
            bytes.append(next.byte)
            coming.removeFirst()
        }
        return bytes
    }

    private func opened() throws(Failure) -> any SwitchingModel {
        let node = binding.node ?? "a port of \(binding.usb.map(USBMatch.description) ?? "nothing")"
        guard let there = binding.node.flatMap(host.serialModel), !there.bank.isGone else {
            if model != nil { throw gone() }
            throw Failure(.infrastructure, "\(node) cannot be opened", at: binding.device)
        }
        if let model { return model }
        model = there
        coming = []
        (there as? ControlLinesModel)?.open()
        return there
    }

    private func gone() -> Failure {
        model = nil
        return Failure(.infrastructure, "was unplugged", at: binding.device)
    }
}

import LabModel
import Synchronization

/// What passed between drivers and models, and how long drivers would have waited. Nobody waits in these tests: a device
/// that does not answer costs its time-out here, and no time.
final class Traffic: Sendable {
    private struct State {
        var frames: [String] = []
        var waited = Duration.zero
    }
    private let state = Mutex(State())

    /// Each as text: `20 09 0300 0000: ff 01` for a request with data, `>01: …` to an endpoint, `…` on a serial line.
    var frames: [String] { state.withLock { $0.frames } }
    var waited: Duration { state.withLock { $0.waited } }

    func sent(_ frame: String) { state.withLock { $0.frames.append(frame) } }
    func wait(_ time: Duration) { state.withLock { $0.waited += time } }

    func clear() { state.withLock { $0 = State() } }
}

extension Sequence<UInt8> {
    var hex: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ") }
}

extension UInt16 {
    var hex: String { [UInt8(self >> 8), UInt8(self & 0xFF)].map { [$0].hex }.joined() }
}

import DeviceModels
import Glibc
import LabModel
import Synchronization

/// When one contact of a model last opened or closed, as the device's side has it.
final class ContactWatch: Sendable {
    private let moved = Mutex<(isOn: Bool, time: MonotonicTime)?>(nil)
    private let contact: Int

    /// - Parameter contact: the place in the device's row of channels, from 0.
    init(_ contact: Int = 0) { self.contact = contact }

    func note(_ event: ContactEvent) {
        if event.contact == contact { moved.withLock { $0 = (event.isOn, event.time) } }
    }

    func clear() { moved.withLock { $0 = nil } }

    /// Waits until the contact has moved that way. Blocks.
    func time(of isOn: Bool) throws -> MonotonicTime {
        for _ in 0..<200_000 {
            if let moved = moved.withLock({ $0 }), moved.isOn == isOn { return moved.time }
            usleep(50)
        }
        throw BenchFailure("the contact did not move within 10 s")
    }
}

struct BenchFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

public import LabModel
import Synchronization

/// One move of one contact.
public struct ContactEvent: Hashable, Sendable {
    /// The place in the device's row of channels, from 0.
    public var contact: Int
    public var isOn: Bool
    public var time: MonotonicTime

    public init(contact: Int, isOn: Bool, time: MonotonicTime) {
        self.contact = contact
        self.isOn = isOn
        self.time = time
    }
}

/// The contacts of a modelled device: what they really are, what the device believes, and every move with its time.
public final class ContactBank: Sendable {
    private struct State {
        var contacts: [Bool]
        var told: [Bool]
        var faults: Set<DeviceFault> = []
        var events: [ContactEvent] = []
        var commandsLeft: Int?
        var isGone = false
        var answers = 0
        var onChange: (@Sendable (ContactEvent) -> Void)?
    }

    private let state: Mutex<State>
    private let clock: any LabClock

    public init(_ count: Int, clock: any LabClock = SystemLabClock()) {
        let off = [Bool](repeating: false, count: count)
        state = Mutex(State(contacts: off, told: off))
        self.clock = clock
    }

    public var contacts: [Bool] { state.withLock { $0.contacts } }
    public var count: Int { contacts.count }
    public var events: [ContactEvent] { state.withLock { $0.events } }

    public var faults: Set<DeviceFault> {
        get { state.withLock { $0.faults } }
        set {
            state.withLock { state in
                state.faults = newValue
                state.commandsLeft = nil
                for case .vanishes(let commands) in newValue { state.commandsLeft = commands }
            }
        }
    }

    /// Called at every move of a contact, on the thread that speaks to the model.
    public func onChange(_ act: (@Sendable (ContactEvent) -> Void)?) { state.withLock { $0.onChange = act } }

    /// Whether the plug is out.
    public var isGone: Bool { state.withLock { $0.isGone } }

    public func unplug() { state.withLock { $0.isGone = true } }

    /// Plugs it in again. The contacts keep what they were: whoever models a device without a supply of its own drives
    /// them off first.
    public func plug() {
        state.withLock { state in
            state.isGone = false
            state.commandsLeft = nil
            state.faults = state.faults.filter { if case .vanishes = $0 { false } else { true } }
        }
    }

    /// How long an answer takes; nil for never.
    public var answerDelay: Duration? {
        state.withLock { state in
            if state.isGone || state.faults.contains(.silent) { return nil }
            for case .slow(let delay) in state.faults { return delay }
            return .zero
        }
    }
}

/// The device's side, for its model.
extension ContactBank {
    /// Counts a command. False when the device is gone or deaf: it must neither obey nor answer then.
    func admit() -> Bool {
        state.withLock { state in
            if let left = state.commandsLeft {
                if left == 0 { state.isGone = true }
                state.commandsLeft = left - 1
            }
            return !state.isGone && !state.faults.contains(.silent)
        }
    }

    /// Moves a contact, as far as the faults allow.
    func drive(_ contact: Int, _ isOn: Bool) {
        let time = clock.monotonic()
        let (event, act) = state.withLock { state -> (ContactEvent?, (@Sendable (ContactEvent) -> Void)?) in
            guard state.contacts.indices.contains(contact) else { return (nil, nil) }
            state.told[contact] = isOn
            let isFree = !state.faults.contains(.stuck) && !state.faults.contains(.lies)
            guard isFree, state.contacts[contact] != isOn else { return (nil, nil) }
            state.contacts[contact] = isOn
            let event = ContactEvent(contact: contact, isOn: isOn, time: time)
            state.events.append(event)
            return (event, state.onChange)
        }
        if let event { act?(event) }
    }

    /// Drives all contacts as the bits say, the lowest first.
    func drive(mask: Int) { for contact in 0..<count { drive(contact, mask >> contact & 1 == 1) } }

    /// What the device answers when it is asked for its contacts.
    var said: [Bool] { state.withLock { $0.faults.contains(.lies) ? $0.told : $0.contacts } }

    /// The same as bits, the lowest first.
    var saidMask: Int { said.enumerated().reduce(0) { $1.element ? $0 | 1 << $1.offset : $0 } }

    /// An answer as it arrives. The damage always sets bits that no text and no small number has.
    func garbled(_ answer: [UInt8]) -> [UInt8] {
        state.withLock { state in
            guard state.faults.contains(.corrupt) else { return answer }
            state.answers += 1
            let noise: UInt8 = [0xA5, 0xC3, 0x96, 0xE1][state.answers % 4]
            return answer.map { $0 ^ noise }
        }
    }
}

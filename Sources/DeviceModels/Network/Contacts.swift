import Synchronization

/// The contacts of a modelled device: what is true, what the device says, and what happened.
public final class Contacts: Sendable {
    public struct Pulse: Hashable, Sendable {
        public var channel: Int
        public var isOn: Bool
        public var duration: Duration

        public init(channel: Int, isOn: Bool, duration: Duration) {
            self.channel = channel
            self.isOn = isOn
            self.duration = duration
        }
    }

    private struct State {
        var truth: [Int: Bool]
        var told: [Int: Bool]
        var fault: NetworkFault?
        var events: [String] = []
        var pulses: [Pulse] = []
        var requests = 0
    }

    public let channels: ClosedRange<Int>
    private let state: Mutex<State>

    public init(_ channels: ClosedRange<Int>) {
        self.channels = channels
        let off = Dictionary(uniqueKeysWithValues: channels.map { ($0, false) })
        state = Mutex(State(truth: off, told: off))
    }

    /// What the contacts really are.
    public var truth: [Int: Bool] { state.withLock { $0.truth } }

    /// What happened, oldest first: commands, and whatever a model finds worth telling.
    public var events: [String] { state.withLock { $0.events } }

    /// The pulses that wait for their end, which `elapse` brings.
    public var pulses: [Pulse] { state.withLock { $0.pulses } }

    /// How many requests came in, understood or not.
    public var requests: Int { state.withLock { $0.requests } }

    public var fault: NetworkFault? {
        get { state.withLock { $0.fault } }
        set { state.withLock { $0.fault = newValue } }
    }

    public func note(_ event: String) { state.withLock { $0.events.append(event) } }

    func countRequest() -> Int {
        state.withLock { state in
            state.requests += 1
            return state.requests
        }
    }

    /// What the device says of a channel; nil when it has none of that number.
    func says(_ channel: Int) -> Bool? { state.withLock { $0.told[channel] } }

    /// Takes a command.
    ///
    /// - Returns: false when there is no such channel.
    func set(_ channel: Int, _ isOn: Bool, for duration: Duration? = nil) -> Bool {
        state.withLock { state in
            guard state.truth[channel] != nil else { return false }
            state.events.append("\(channel) \(isOn ? "on" : "off")" + (duration.map { " for \($0)" } ?? ""))
            // A new command ends a pulse of the same channel.
            state.pulses.removeAll { $0.channel == channel }
            if state.fault != .stuck { state.told[channel] = isOn }
            guard state.fault != .stuck, state.fault != .lies else { return true }
            state.truth[channel] = isOn
            if let duration { state.pulses.append(Pulse(channel: channel, isOn: isOn, duration: duration)) }
            return true
        }
    }

    /// Ends every pulse, as the device's own timer does.
    public func elapse() {
        state.withLock { state in
            for pulse in state.pulses {
                state.truth[pulse.channel] = !pulse.isOn
                state.told[pulse.channel] = !pulse.isOn
            }
            state.pulses = []
        }
    }
}

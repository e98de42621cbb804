import LabModel
import Synchronization

/// How the power of a virtual board goes away when its options ask for more than at once: a relay that takes its time,
/// scatters, sticks, and a supply that holds up for a while (`docs/virtual-boards.md`).
final class ModelledRelay: Sendable {
    struct Settings: Hashable, Sendable {
        /// From the command until the contact opens.
        var latency = Duration.zero
        /// The standard deviation of that.
        var jitter = Duration.zero
        /// How long the board runs on without supply.
        var holdUp = Duration.zero
        /// Cuts, counted from 1 since the lab started, in which the contact stays closed.
        var sticks: Set<Int> = []
        /// Whether the relay can tell its state.
        var readsBack = true
        var seed: UInt64 = 1
    }

    /// The longest time that a relay and a supply may take each.
    static let longest = Duration.seconds(30)
    /// What the options may say.
    static let keys: Set<String> = ["latency", "jitter", "hold_up", "sticks", "readback", "seed"]

    let settings: Settings
    private let state: Mutex<(chance: SplitMix64, cuts: Int)>

    init(_ settings: Settings) {
        self.settings = settings
        state = Mutex((SplitMix64(seed: settings.seed), 0))
    }

    /// What a cut does: the time until the board is without power, or nil when the contact sticks.
    func nextCut() -> Duration? {
        state.withLock { state in
            state.cuts += 1
            let delay = delay(&state.chance)
            return settings.sticks.contains(state.cuts) ? nil : delay
        }
    }

    /// The time that an ordinary switch-off takes.
    func nextSwitchOff() -> Duration { state.withLock { delay(&$0.chance) } }

    private func delay(_ chance: inout SplitMix64) -> Duration {
        let scattered = settings.latency + .seconds(chance.normal() * settings.jitter.inSeconds)
        return max(scattered, .zero) + settings.holdUp
    }

    /// What is seen of a board whose power is `truth`.
    func readBack(_ truth: PowerState) -> PowerState { settings.readsBack ? truth : .unknown }
}

extension ModelledRelay.Settings {
    /// Reads the section `relay` of a board's options; times are seconds, with fractions.
    ///
    /// - Throws: `configuration` naming the board and what is wrong.
    init(_ value: DataValue, board: BoardName) throws(Failure) {
        func wrong(_ what: String) -> Failure {
            Failure(
                .configuration, "board \(board): options.relay \(what)",
                advice: "docs/virtual-boards.md lists the options")
        }
        guard let map = value.map else { throw wrong("is not a map") }
        for key in map.keys.sorted() where !ModelledRelay.keys.contains(key) {
            throw wrong("has the unknown key '\(key)'")
        }
        func time(_ key: String) throws(Failure) -> Duration {
            guard let value = map[key], value != .null else { return .zero }
            guard let seconds = value.double, (0...ModelledRelay.longest.inSeconds).contains(seconds) else {
                throw wrong("needs a number of seconds, at most 30, for '\(key)'")
            }
            return .nanoseconds(Int64(seconds * 1e9))
        }
        latency = try time("latency")
        jitter = try time("jitter")
        holdUp = try time("hold_up")
        if let value = map["sticks"], value != .null {
            guard let numbers = value.list?.map(\.integer), numbers.count <= 1000 else {
                throw wrong("needs a list of numbers for 'sticks'")
            }
            sticks = Set(numbers.compactMap { $0 }.map { Int($0) })
        }
        if let value = map["readback"], value != .null {
            guard let flag = value.bool else { throw wrong("needs true or false for 'readback'") }
            readsBack = flag
        }
        if let number = map["seed"]?.integer { seed = UInt64(clamping: number) }
    }
}

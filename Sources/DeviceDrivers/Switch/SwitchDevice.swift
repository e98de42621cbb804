import Glibc
import LabModel
import Logging

/// One physical device: the only one who talks to it, on a thread of its own. Two boards on one relay card share it.
public actor SwitchDevice {
    /// What a switch took, for a device that was slow or had to be asked again.
    struct Switching: Sendable {
        var attempts: Int
        /// When the last command was handed to the driver, and when it came back.
        var began: MonotonicTime
        var ended: MonotonicTime
    }

    public nonisolated let name: String
    public nonisolated let facts: DriverFacts
    nonisolated let thread: DeviceThread
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private var driver: any SwitchDriver
    private let clock: any LabClock
    private let logger: Logger
    private let wear: any SwitchWear
    private var lastCommand: MonotonicTime?
    private var isDescribed = false

    /// A device that does not take a command is let go, opened anew and asked again, so often.
    static let attempts = 3
    private static let pauses: [UInt32] = [20_000, 200_000]

    /// - Parameter make: called on the device's own thread; opens nothing.
    init(
        name: String, kind: DriverKind, options: DriverOptions, links: any DriverLinks, clock: any LabClock,
        wear: any SwitchWear, logger: Logger
    ) throws(Failure) {
        self.name = name
        facts = kind.facts
        thread = DeviceThread(name: name)
        driver = try kind.make(options, links)
        self.clock = clock
        self.wear = wear
        self.logger = logger
    }

    /// Switches a channel.
    ///
    /// - Throws: `infrastructure` when the device did not take the command after all attempts; where the contacts are is
    ///   unknown then. `configuration` for a channel that it does not have.
    @discardableResult
    func set(_ channel: Int, _ isOn: Bool) throws(Failure) -> Switching {
        try set([channel: isOn])
    }

    /// Switches channels at one moment where the device can, else one after the other in the order of their numbers.
    @discardableResult
    func set(_ channels: [Int: Bool]) throws(Failure) -> Switching {
        let switching = try repeated { driver throws(Failure) in
            if channels.count > 1, try driver.set(channels) { return }
            for (channel, isOn) in channels.sorted(by: { $0.key < $1.key }) { try driver.set(channel, isOn) }
        }
        for channel in channels.keys { wear.note(device: name, channel: channel) }
        return switching
    }

    /// What the device says of a channel; nil when it cannot tell, or does not answer.
    func read(_ channel: Int) -> Bool? {
        do throws(Failure) {
            return try whole { driver throws(Failure) in try driver.read(channel) }
        } catch {
            logger.debug("a device does not tell its state", metadata: ["device": "\(name)", "error": "\(error)"])
            return nil
        }
    }

    /// Inverts a channel for a time that the device keeps.
    ///
    /// - Returns: false when it cannot; nothing was done.
    func pulse(_ channel: Int, _ isOn: Bool, for duration: Duration) throws(Failure) -> Bool {
        guard facts.timesPulses else { return false }
        pace()
        let isDone = try whole { driver throws(Failure) in try driver.pulse(channel, isOn, for: duration) }
        if isDone { for _ in 0..<2 { wear.note(device: name, channel: channel) } }
        return isDone
    }

    func measure(_ channel: Int) -> MeterReading? {
        try? whole { driver throws(Failure) in try driver.measure(channel) }
    }

    func incident() -> String? {
        try? whole { driver throws(Failure) in try driver.incident() }
    }

    /// Opens the device, so that the next command costs no more than itself.
    ///
    /// - Throws: `infrastructure` when it cannot be reached now.
    func warmUp(_ channel: Int) throws(Failure) {
        _ = try whole { driver throws(Failure) in
            try driver.open()
            return try driver.read(channel)
        }
        if !isDescribed, let text = try? driver.describe() {
            isDescribed = true
            logger.info("device", metadata: ["device": "\(name)", "says": "\(text)"])
        }
    }

    /// Gives a command without waiting for it: at once on the device's thread, before everything that waits there.
    /// Neither blocks nor suspends.
    ///
    /// - Parameter onEnd: called on the device's thread.
    nonisolated func fire(
        _ channels: [Int: Bool], onEnd: @escaping @Sendable (Result<Switching, Failure>) -> Void
    ) {
        thread.runNext {
            self.assumeIsolated { device in
                do throws(Failure) {
                    onEnd(.success(try device.set(channels)))
                } catch {
                    onEnd(.failure(error))
                }
            }
        }
    }

    /// Lets go of the device; its channels stay.
    func close() { driver.close() }

    /// One call that is not repeated: after a failure the device is opened anew by the next.
    private func whole<Value>(_ call: (inout any SwitchDriver) throws(Failure) -> Value) throws(Failure) -> Value {
        do throws(Failure) {
            return try call(&driver)
        } catch {
            driver.close()
            throw error.placed(at: name)
        }
    }

    private func repeated(_ call: (inout any SwitchDriver) throws(Failure) -> Void) throws(Failure) -> Switching {
        var last = Failure(.bug, "no attempt was made")
        for attempt in 1...Self.attempts {
            if attempt > 1 { usleep(Self.pauses[min(attempt - 2, Self.pauses.count - 1)]) }
            pace()
            let began = clock.monotonic()
            do throws(Failure) {
                try whole(call)
                let ended = clock.monotonic()
                return Switching(attempts: attempt, began: began, ended: ended)
            } catch {
                last = error
                // What the configuration says wrongly is not mended by asking again.
                if error.type != .infrastructure { throw error }
                logger.notice(
                    "a device did not take a command",
                    metadata: ["device": "\(name)", "attempt": "\(attempt)", "error": "\(error)"])
            }
        }
        throw last
    }

    /// Some devices lose a command that comes too soon after another. Blocks: this is the device's own thread.
    private func pace() {
        if let lastCommand, facts.minimumInterval > .zero {
            let rest = facts.minimumInterval - clock.monotonic().duration(since: lastCommand)
            if rest > .zero { usleep(UInt32(clamping: rest.nanoseconds / 1000)) }
        }
        lastCommand = clock.monotonic()
    }
}

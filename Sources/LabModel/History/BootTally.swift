/// Counts the boots of one run from the rows of its steps in suite `lava`, as they come.
public struct BootTally: Hashable, Sendable {
    /// The steps that make a boot.
    public enum Step: Int, Sendable, CaseIterable {
        case reset = 0
        case emulator = 1
        case interrupt = 2
        case commands = 3
        case login = 4

        /// By the name of the step's row; nil for a step that is no part of a boot.
        public init?(name: String) {
            switch name {
            case "reset-device": self = .reset
            case "boot-qemu-image": self = .emulator
            case "bootloader-interrupt": self = .interrupt
            case "bootloader-commands": self = .commands
            case "auto-login-action": self = .login
            default: return nil
            }
        }
    }

    public private(set) var boots = 0
    public private(set) var failed = 0
    /// The longest that succeeded.
    public private(set) var time: Duration?
    private var running = Duration.zero
    private var isPoweredOn = false

    public init() {}

    /// - Parameters:
    ///   - hasFailed: whether the step failed by itself; one that was cancelled says nothing about the board.
    ///   - duration: how long the step took.
    public mutating func add(_ step: Step, hasFailed: Bool, duration: Duration) {
        switch step {
        case .reset, .emulator:
            // Ends with the power-on. A switch that fails is no boot that failed.
            running = .zero
            isPoweredOn = !hasFailed
        case .interrupt, .commands, .login:
            running += duration
            guard hasFailed || step == .login else { return }
            boots += 1
            if hasFailed {
                failed += 1
            } else if isPoweredOn {
                time = max(time ?? .zero, running)
            }
            running = .zero
            isPoweredOn = false
        }
    }
}

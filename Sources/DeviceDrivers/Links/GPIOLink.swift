public import LabModel

/// Lines of one gpiochip, requested together. Called on the device's own thread.
public protocol GPIOLink: AnyObject {
    /// Drives lines, all of them in one request to the kernel. Holds them first where nobody does.
    ///
    /// - Parameter values: by the line's place in the binding; true is active.
    func set(_ values: [Int: Bool]) throws(Failure)

    /// The values that the kernel reads at the lines now, by the line's place in the binding.
    func get() throws(Failure) -> [Bool]

    /// Inverts a line's drive for a time kept by whoever holds it, outside labd.
    func pulse(_ line: Int, _ isActive: Bool, for duration: Duration) throws(Failure)

    /// What happened to the lines while nobody of labd looked; nil when all is as it was left.
    func incident() throws(Failure) -> String?

    func close()
}

/// Which lines are meant: by chip and offset, or by the names the kernel knows.
public struct GPIOBinding: Hashable, Sendable {
    public struct Line: Hashable, Sendable {
        /// The line's name, or its offset as a decimal number.
        public var line: String
        public var isActiveLow: Bool

        public init(_ line: String, isActiveLow: Bool = false) {
            self.line = line
            self.isActiveLow = isActiveLow
        }
    }

    /// A chip's path, name or label; nil finds the lines by their names on whatever chip.
    public var chip: String?
    public var lines: [Line]
    public var device: String
    /// `push-pull`, `open-drain` or `open-source`.
    public var drive: Drive
    public var bias: Bias?

    public enum Drive: String, Hashable, Sendable, CaseIterable {
        case pushPull = "push-pull"
        case openDrain = "open-drain"
        case openSource = "open-source"
    }

    public enum Bias: String, Hashable, Sendable, CaseIterable {
        case disabled
        case pullUp = "pull-up"
        case pullDown = "pull-down"
    }

    public init(
        chip: String?, lines: [Line], device: String, drive: Drive = .pushPull, bias: Bias? = nil
    ) {
        self.chip = chip
        self.lines = lines
        self.device = device
        self.drive = drive
        self.bias = bias
    }
}

/// Pauses between typed characters, by phase.
public struct CharacterDelays: Hashable, Sendable, Codable {
    public var deploy: Duration
    public var boot: Duration
    public var test: Duration

    public init(deploy: Duration = .zero, boot: Duration = .zero, test: Duration = .zero) {
        self.deploy = deploy
        self.boot = boot
        self.test = test
    }
}

/// What every kind of board has, LAVA's `constants`.
public struct Constants: Hashable, Sendable, Codable {
    /// The shell test scripts run under, such as `/bin/sh`.
    public var testShell: String
    /// The overlay's root on the board, with `%s` for the job's number.
    public var resultsDirectory: String
    /// Regular expressions.
    public var kernelStartMessage: String
    public var shutdownMessage: String
    public var loginIncorrectMessage: String
    public var loginTimedOutMessage: String
    /// Raises the retries of blocks that do not say; nil leaves them at one.
    public var failureRetry: Int?
    public var bootRetry: Int?

    public init(
        testShell: String = "/bin/sh", resultsDirectory: String = "/lava-%s",
        kernelStartMessage: String = "Linux version [0-9]",
        shutdownMessage: String = "The system is going down for reboot NOW",
        loginIncorrectMessage: String = "Login incorrect", loginTimedOutMessage: String = "Login timed out",
        failureRetry: Int? = nil, bootRetry: Int? = nil
    ) {
        self.testShell = testShell
        self.resultsDirectory = resultsDirectory
        self.kernelStartMessage = kernelStartMessage
        self.shutdownMessage = shutdownMessage
        self.loginIncorrectMessage = loginIncorrectMessage
        self.loginTimedOutMessage = loginTimedOutMessage
        self.failureRetry = failureRetry
        self.bootRetry = bootRetry
    }
}

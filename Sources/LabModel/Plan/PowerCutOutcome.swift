/// What came back after a cut.
public enum PowerCutOutcome: String, Sendable, Codable, CaseIterable {
    /// The old version, whole.
    case old
    /// The new version, whole.
    case new
    /// The new version was seen booting, and the old one stayed.
    case fellBack = "fell-back"
    /// Alive, but only after more than one boot.
    case recoveredLate = "recovered-late"
    /// Alive, and not whole.
    case corrupt
    /// Not alive.
    case brick
    /// Nothing can be said of it: the version is unknown, or the watch ended too early. It never passes.
    case undecided
}

/// How a brick looks.
public enum BrickKind: String, Sendable, Codable, CaseIterable {
    /// Nothing on the console at all.
    case silent
    /// The boot loader gave up and waits at its prompt.
    case bootloaderPrompt = "bootloader-prompt"
    /// It starts again and again.
    case loop
    /// The kernel panicked and stayed.
    case panic
    /// It began to boot and stopped.
    case hang
}

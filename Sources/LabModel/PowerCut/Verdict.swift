/// What is concluded from a trial.
public enum Verdict: String, Hashable, Sendable, Codable, CaseIterable {
    /// The old version runs, whole.
    case old
    /// The new version runs, whole.
    case new
    /// The new version was seen starting, and the old one stayed.
    case fellBack = "fell-back"
    /// Alive, and not whole.
    case corrupt
    /// It starts again and again.
    case loop
    /// The boot loader gave up and waits at its prompt.
    case bootloader
    /// It stopped somewhere else.
    case hang
    /// The updater had reported success, and the old version runs; or something is gone that was acknowledged.
    case lostUpdate = "lost-update"
    /// It runs, but the update cannot be repeated.
    case healFailed = "heal-failed"
    /// The lab failed, or the version is unknown: nothing can be said, and it never passes.
    case undecided

    /// The board does not come back by itself.
    public var isBrick: Bool {
        switch self {
        case .loop, .bootloader, .hang: true
        case .old, .new, .fellBack, .corrupt, .lostUpdate, .healFailed, .undecided: false
        }
    }
}

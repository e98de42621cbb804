/// From facts to a verdict.
public struct VerdictRules: Hashable, Sendable, Codable {
    /// What the version before the update calls itself; nil takes every version that is not the new one.
    public var oldVersion: String?
    /// What the new version calls itself.
    public var newVersion: String

    public init(oldVersion: String? = nil, newVersion: String) {
        self.oldVersion = oldVersion
        self.newVersion = newVersion
    }

    /// The verdict on a state that a cut after the updater's report of success could (`afterSuccess`) or could not
    /// have left. `acknowledged` is the number of the last acknowledgement before the cut, nil where none is counted.
    public func verdict(_ facts: TrialFacts, afterSuccess: Bool, acknowledged: Int? = nil) -> Verdict {
        switch facts.end {
        case .infrastructure: return .undecided
        case .bootloaderPrompt: return .bootloader
        case .silence: return .hang
        case .rebootLoop: return .loop
        case .alive: break
        }
        if facts.isWhole == false { return .corrupt }
        guard let version = facts.version else { return .undecided }
        let isNew = version == newVersion
        guard isNew || oldVersion == nil || version == oldVersion else { return .undecided }
        if facts.isHealed == false { return .healFailed }
        if let acknowledged {
            guard let kept = facts.confirmedVersion.flatMap({ Int($0) }) else { return .undecided }
            if kept < acknowledged { return .lostUpdate }
        }
        if isNew { return .new }
        if afterSuccess, !facts.sawNewVersion { return .lostUpdate }
        return facts.sawNewVersion ? .fellBack : .old
    }
}

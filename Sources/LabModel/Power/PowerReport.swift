/// What is known of a board's power, in three facts that may differ: what was asked for, what the switch says of itself,
/// and what the board shows.
public struct PowerReport: Hashable, Sendable, Codable {
    /// What it was last switched to; nil before the first switch of this labd.
    public var desired: PowerTarget?
    /// What the switch itself says; unknown for one that cannot tell.
    public var reported: PowerState
    public var verified: PowerVerdict
    /// What the verdict rests on.
    public var evidence: [PowerEvidence]
    /// How often the switch was told until it was believed, or given up; 0 where nothing was switched.
    public var attempts: Int

    public init(
        desired: PowerTarget?, reported: PowerState, verified: PowerVerdict, evidence: [PowerEvidence] = [],
        attempts: Int = 0
    ) {
        self.desired = desired
        self.reported = reported
        self.verified = verified
        self.evidence = evidence
        self.attempts = attempts
    }
}

/// What the evidence makes of a board's power.
public enum PowerVerdict: String, Hashable, Sendable, Codable, CaseIterable {
    case on, off, unknown
    /// It was switched, and what was seen says the opposite.
    case stuck

    public init(_ state: PowerState) {
        switch state {
        case .on: self = .on
        case .off: self = .off
        case .unknown: self = .unknown
        }
    }
}

/// One observation of a board's power.
public struct PowerEvidence: Hashable, Sendable, Codable, CustomStringConvertible {
    public enum Source: String, Hashable, Sendable, Codable, CaseIterable {
        /// The switch's own word. It proves that a command arrived, not that the contacts moved.
        case readBack = "read-back"
        /// The board's console spoke, or fell silent.
        case console
        /// A USB device of the board appeared, or vanished.
        case usb
        case meter

        /// Whether it comes from the board's side of the contacts.
        public var isIndependent: Bool { self != .readBack }
    }

    public var source: Source
    /// Unknown when it was looked at, and told nothing.
    public var says: PowerState
    /// One clause for people.
    public var detail: String

    public init(_ source: Source, _ says: PowerState, _ detail: String) {
        self.source = source
        self.says = says
        self.detail = detail
    }

    public var description: String { "\(source.rawValue): \(detail)" }
}

extension PowerReport {
    /// What the evidence says of a switch to `target`: the board's side of the contacts outweighs the switch's word.
    public static func verdict(_ target: PowerTarget, _ evidence: [PowerEvidence]) -> PowerVerdict {
        let telling = evidence.filter { $0.says != .unknown }
        if telling.contains(where: { $0.says != target.state && $0.source.isIndependent }) { return .stuck }
        if telling.contains(where: { $0.source.isIndependent }) { return PowerVerdict(target.state) }
        guard let word = telling.first?.says else { return .unknown }
        return word == target.state ? PowerVerdict(target.state) : .stuck
    }

    /// For a log: `told off, reads off, stuck (console: 41 bytes after it was switched off)`.
    public var summary: String {
        let why = evidence.map(\.description).joined(separator: "; ")
        return (desired.map { "told \($0), " } ?? "") + "reads \(reported), \(verified.rawValue)"
            + (why.isEmpty ? "" : " (\(why))")
    }
}

/// A wish to have a board proven before it takes jobs: it is switched on and off again and again, and must come up each
/// time.
public struct BoardQualification: Hashable, Sendable, Codable {
    /// Boots, 1...1000.
    public var boots: Int
    /// What the console shows when the board is up, a regular expression.
    public var marker: String
    /// How long a boot may take.
    public var within: Duration

    public static let bootsRange = 1...1000
    /// A login prompt, whatever the kernel prints behind it, or a shell's.
    public static let standardMarker = #"login:|[#$] $"#

    public init(
        boots: Int = 20, marker: String = BoardQualification.standardMarker, within: Duration = .seconds(300)
    ) {
        self.boots = boots
        self.marker = marker
        self.within = within
    }
}

/// One boot of a qualification.
public struct QualifiedBoot: Hashable, Sendable, Codable {
    public var number: Int
    /// From power-on to the marker; nil when it did not come.
    public var bootTime: Duration?
    /// What was known of the power after switching on, and after switching off.
    public var on: PowerVerdict
    public var off: PowerVerdict
    /// What went wrong, in one sentence.
    public var failure: String?

    public init(
        number: Int, bootTime: Duration? = nil, on: PowerVerdict = .unknown, off: PowerVerdict = .unknown,
        failure: String? = nil
    ) {
        self.number = number
        self.bootTime = bootTime
        self.on = on
        self.off = off
        self.failure = failure
    }
}

/// What came of a qualification.
public struct QualificationReport: Hashable, Sendable, Codable {
    public var boots: [QualifiedBoot]
    /// As it was asked for: a qualification that ended early has fewer boots.
    public var wanted: Int
    /// The health that somebody gave the board meanwhile: it counts, and the verdict is not stored.
    public var overruled: BoardHealth?

    public init(boots: [QualifiedBoot] = [], wanted: Int, overruled: BoardHealth? = nil) {
        self.boots = boots
        self.wanted = wanted
        self.overruled = overruled
    }

    public var failures: [QualifiedBoot] { boots.filter { $0.failure != nil } }

    public var isQualified: Bool { boots.count == wanted && failures.isEmpty }

    /// Boots whose end without power was seen, by read-back at least.
    public var verifiedOffs: Int { boots.count { $0.off == .off } }

    /// The middle boot time; nil when no boot came to its marker.
    public var medianBootTime: Duration? { PowerPath.median(boots.compactMap(\.bootTime)) }

    /// One clause for the board's health.
    public var summary: String {
        verdict + (overruled.map { "; the board stays \($0.name), as somebody said meanwhile" } ?? "")
    }

    private var verdict: String {
        let time = medianBootTime.map { ", median boot \(($0.inSeconds * 10).rounded() / 10) s" } ?? ""
        let power = "power seen to go \(verifiedOffs) times"
        return isQualified
            ? "qualified by \(boots.count) boots\(time), \(power)"
            : "\(boots.count - failures.count) of \(wanted) boots succeeded\(time), \(power)"
                + (failures.first?.failure.map { "; first failure: \($0)" } ?? "")
    }
}

/// What one boot of a crash state showed, before anything is concluded from it.
public struct TrialFacts: Hashable, Sendable, Codable {
    /// How the watch ended when the marker of life did not come.
    public enum End: String, Hashable, Sendable, Codable, CaseIterable {
        /// The marker of life came.
        case alive
        /// The boot loader waits at its prompt.
        case bootloaderPrompt
        /// Nothing more came.
        case silence
        /// It started again and again.
        case rebootLoop
        /// Something failed that is not the board's doing: QEMU, the recorder, a deadline of the lab.
        case infrastructure
    }

    public var end: End
    /// What the marker of life said; nil when it did not come or did not say.
    public var version: String?
    public var slot: String?
    /// Whether what runs is undamaged; nil when it was not asked.
    public var isWhole: Bool?
    /// The version that is confirmed as the one to boot next; nil when it was not asked.
    public var confirmedVersion: String?
    /// Boots until the end, the first included.
    public var boots: Int
    /// The new version was seen starting before the old one stayed.
    public var sawNewVersion: Bool
    /// Whether the update could be repeated afterwards; nil when it was not tried.
    public var isHealed: Bool?
    /// When the update was tried again: what the board wrote from here on is no recovery any more.
    public var healBegan: MonotonicTime?
    /// The last lines of the console.
    public var consoleTail: [String]
    /// From power-on to the end, in seconds.
    public var seconds: Double

    public init(
        end: End, version: String? = nil, slot: String? = nil, isWhole: Bool? = nil, confirmedVersion: String? = nil,
        boots: Int = 1, sawNewVersion: Bool = false, isHealed: Bool? = nil, consoleTail: [String] = [],
        seconds: Double = 0
    ) {
        self.end = end
        self.version = version
        self.slot = slot
        self.isWhole = isWhole
        self.confirmedVersion = confirmedVersion
        self.boots = boots
        self.sawNewVersion = sawNewVersion
        self.isHealed = isHealed
        self.consoleTail = consoleTail
        self.seconds = seconds
    }

    /// What a second boot of the same state has to show again; console and time may differ.
    public var essence: Essence {
        Essence(
            end: end, version: version, slot: slot, isWhole: isWhole, confirmedVersion: confirmedVersion,
            sawNewVersion: sawNewVersion, isHealed: isHealed)
    }

    /// The part of the facts that is a function of what was read.
    public struct Essence: Hashable, Sendable {
        var end: End
        var version: String?
        var slot: String?
        var isWhole: Bool?
        var confirmedVersion: String?
        var sawNewVersion: Bool
        var isHealed: Bool?
    }
}

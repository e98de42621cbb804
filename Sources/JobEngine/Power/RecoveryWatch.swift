import LabModel

/// Judges what a board prints after its power came back. Knows no console and no clock: it is told what was seen.
struct RecoveryWatch {
    /// What the console can show, in the order of the patterns that are searched.
    enum Sign: Int, CaseIterable {
        case alive, bootBanner, panic, bootloaderPrompt
    }

    enum Decision: Equatable {
        /// Keep looking until the given moment.
        case lookOn(until: MonotonicTime)
        case alive
        case brick(BrickKind)
    }

    /// A boot loader that stays at its prompt so long has given up.
    static let promptPatience = Duration.seconds(3)

    let within: Duration
    let maxBoots: Int
    private(set) var boots = 0
    private(set) var sawPanic = false
    /// The firmware greeted since the power came back.
    private(set) var sawBanner = false
    private(set) var inferences: [String] = []
    private(set) var isAtPrompt = false
    /// Banners of the present boot: a board's first and second loader have one each.
    private var banners: Set<String> = []
    private var deadline: MonotonicTime

    init(poweredOn: MonotonicTime, within: Duration, maxBoots: Int) {
        self.within = within
        self.maxBoots = maxBoots
        deadline = poweredOn.advanced(by: within)
    }

    /// What to do at the start, and after a boot that began again.
    var next: Decision { .lookOn(until: deadline) }

    /// - Parameter text: the matched text, by which a boot loader's banner is told from the next one's.
    mutating func saw(_ sign: Sign, _ text: String = "", at: MonotonicTime) -> Decision {
        switch sign {
        case .alive:
            if boots == 0 {
                boots = 1
                inferences.append("boots were not counted: the firmware does not greet in a way that is known")
            }
            return .alive
        case .bootBanner:
            isAtPrompt = false
            sawBanner = true
            guard boots == 0 || banners.contains(text) else {
                banners.insert(text)
                return .lookOn(until: deadline)
            }
            boots += 1
            banners = [text]
            sawPanic = false
            guard boots <= maxBoots else { return .brick(.loop) }
            deadline = at.advanced(by: within)
            return .lookOn(until: deadline)
        case .panic:
            sawPanic = true
            return .lookOn(until: deadline)
        case .bootloaderPrompt:
            isAtPrompt = true
            return .lookOn(until: min(deadline, at.advanced(by: Self.promptPatience)))
        }
    }

    /// Nothing was seen until the moment that the last decision gave.
    ///
    /// - Parameter anyOutput: whether the console printed anything since the power came back.
    mutating func timedOut(anyOutput: Bool) -> BrickKind {
        guard anyOutput else { return .silent }
        if isAtPrompt {
            inferences.append(
                "it waits at the boot loader's prompt: the prompt stood for \(Self.promptPatience.shortText) unanswered"
            )
            return .bootloaderPrompt
        }
        if sawPanic { return .panic }
        inferences.append("it hangs: no sign of life within \(within.shortText)")
        return .hang
    }
}

import LabModel

/// How a verdict is drawn: a colour for those who see it, a letter and a hatch for print and for everybody else.
struct VerdictStyle {
    var letter: String
    /// Fill colours chosen to differ in lightness as well as in hue.
    var color: String
    /// Lines drawn over the fill: none, or strokes in a 6 by 6 tile.
    var hatch: String?
    var words: String

    init(_ verdict: Verdict) {
        switch verdict {
        case .old: self.init(letter: "o", color: "#9ecae1", hatch: nil, words: "the old version runs, whole")
        case .new: self.init(letter: "n", color: "#31a354", hatch: nil, words: "the new version runs, whole")
        case .fellBack:
            self.init(
                letter: "f", color: "#fdd0a2", hatch: "M0 6L6 0", words: "the new version started, the old one stayed")
        case .corrupt: self.init(letter: "C", color: "#d94801", hatch: "M0 3H6", words: "alive, and not whole")
        case .loop: self.init(letter: "L", color: "#a50f15", hatch: "M0 0L6 6M0 6L6 0", words: "starts again and again")
        case .bootloader:
            self.init(letter: "B", color: "#67000d", hatch: "M0 0L6 6", words: "stays at the boot loader's prompt")
        case .hang: self.init(letter: "H", color: "#3f007d", hatch: "M3 0V6M0 3H6", words: "stops somewhere else")
        case .lostUpdate:
            self.init(
                letter: "U", color: "#e6550d", hatch: "M3 0V6", words: "success was reported, the old version runs")
        case .healFailed:
            self.init(letter: "X", color: "#7f2704", hatch: "M0 0L6 6M3 0V6", words: "runs, and cannot be updated")
        case .undecided: self.init(letter: "?", color: "#d9d9d9", hatch: "M0 6L6 0M0 0L6 6", words: "not decided")
        }
    }

    private init(letter: String, color: String, hatch: String?, words: String) {
        self.letter = letter
        self.color = color
        self.hatch = hatch
        self.words = words
    }
}

extension Verdict {
    /// Worse is larger: of several states in one column the worst is drawn.
    var severity: Int {
        switch self {
        case .new: 0
        case .old: 1
        case .fellBack: 2
        case .undecided: 3
        case .lostUpdate: 4
        case .healFailed: 5
        case .corrupt: 6
        case .loop: 7
        case .hang: 8
        case .bootloader: 9
        }
    }
}

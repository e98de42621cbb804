import CVectorscan

/// The bounds of what a pattern may cost. Patterns come from jobs, which come from outside.
enum PatternLimits {
    /// The longest expression, in bytes.
    static let expressionBytes = 4096
    /// The most patterns in one search.
    static let patterns = 256
    /// How far back from the end of a match its text and captures are looked for, in bytes.
    static let window = 4096
    /// Bytes before the window that look-behind and word borders may see.
    static let leadIn = 256
    /// The matching state of one search, in bytes. Large counted repetitions are what makes it grow.
    static let streamBytes = 256 * 1024
    /// The compiled form of one list of patterns, in bytes.
    static let databaseBytes = 64 * 1024 * 1024
    /// Backtracking steps of PCRE2 from one starting place.
    static let matchSteps: UInt32 = 50_000
    /// Nesting of backtracking in PCRE2.
    static let matchDepth: UInt32 = 10_000
    /// Memory of one PCRE2 match, in KiB.
    static let matchKibibytes: UInt32 = 4096
    /// Starting places that are tried between two looks at the clock.
    static let startsPerSlice = 128
    /// The longest time for one look with PCRE2.
    static let sliceTime = Duration.milliseconds(200)
    /// Time that one search may spend with PCRE2 on places that turn out not to match.
    static let fruitlessTime = Duration.seconds(2)
    /// How long a pattern that cost too much is left out of a search for every match.
    static let rest = Duration.seconds(10)
    /// The most output that is scanned before candidates are looked at, in bytes.
    static let slice: UInt64 = 4096
    /// The same where candidates come.
    static let denseSlice: UInt64 = 1024
    /// What vectorscan is given at once, in bytes. Version 5.4.9 loses matches where it reads with wider registers than
    /// 128 bits and is given more than one of them holds; see `CVectorscan`.
    static let engineStep = labd_hs_is_narrow() ? Int(slice) : 16
    /// The silence after which an end of output counts as the end of a line.
    static let silence = Duration.milliseconds(20)
}

import LabModel

/// One search in a console's output: a vectorscan stream, and PCRE2 for what the stream cannot tell.
///
/// Belongs to one console and is used on its event loop only. Memory is bounded however long the stream is, and the
/// result does not depend on where the borders of chunks lie.
final class PatternMatcher {
    /// What ends the search, and how long a match may grow.
    enum Mode {
        /// The first match. Where the pattern has captures, the match may grow until it ends by itself, so that
        /// `(\d+)` takes the whole number; the line's end or a silence settle it.
        case first
        /// The first match, at the very byte that completes it.
        case immediate
        /// Every match of each pattern, without overlaps; captures grow as in `first`.
        case every
    }

    let mode: Mode
    /// Output before this offset has been seen.
    private(set) var position: UInt64
    /// Whether a first match was found.
    private(set) var isDone = false

    let database: PatternDatabase
    let scratch: MatchScratch
    /// Matches of each pattern end after its floor and lie behind it.
    var floors: [UInt64]
    /// Matches that the next bytes decide about.
    var pending: [Pending] = []
    /// Of each pattern in a search for every match, otherwise one of all.
    private var efforts: [MatchEffort]
    /// Until when each pattern is left out.
    private var restEnds: [MonotonicTime?]
    private var strains: [Failure] = []
    private var scanner: StreamScanner
    /// How much is scanned at once.
    private var slice = PatternLimits.slice

    /// A match that may still grow, or that depends on what follows.
    struct Pending {
        var pattern: Int
        /// Where the match begins; nil when it has to be searched for.
        var start: UInt64?
        /// Where the stream saw its first end.
        var candidate: UInt64
        /// Where the stream saw its last end so far.
        var last: UInt64
        /// What stands if nothing better is found.
        var fallback: ConsoleMatch?
    }

    /// - Throws: `Failure` of type `infrastructure` when there is no memory.
    init(
        _ database: PatternDatabase, from start: UInt64, mode: Mode, scratch: MatchScratch
    ) throws(Failure) {
        try scratch.fit(database.database)
        scanner = try StreamScanner(database, from: start)
        self.database = database
        self.mode = mode
        self.scratch = scratch
        position = start
        floors = Array(repeating: start, count: database.patterns.count)
        let count = mode == .every ? database.patterns.count : 1
        efforts = Array(repeating: MatchEffort(since: scratch.now()), count: count)
        restEnds = Array(repeating: nil, count: database.patterns.count)
    }

    deinit {
        scanner.close(scratch)
    }

    /// Whether a silence can complete a match.
    var waitsForSilence: Bool { !isDone && (database.matchesAtEnd || !pending.isEmpty) }

    /// Reads what `history` holds from `position` on.
    ///
    /// - Throws: `Failure` of type `job` when a pattern costs too much, unless every match is wanted: see `takeStrains`.
    func feed(_ history: ConsoleHistory) throws(Failure) -> [ConsoleMatch] {
        var found: [ConsoleMatch] = []
        if !pending.isEmpty { try settle(in: history, isFinal: false, &found) }
        while position < history.end, !isDone {
            guard mode == .every || !pending.contains(where: { $0.start != nil }) else {
                // This pattern has won; only its end is open.
                position = history.end
                break
            }
            // Small slices bound the number of candidates that are collected at once.
            let end = min(position + slice, history.end)
            let candidates = try scanner.scan(history, upTo: end, space: scratch.space, room: scratch.gathered)
            position = end
            slice = candidates.isEmpty ? PatternLimits.slice : PatternLimits.denseSlice
            if !candidates.isEmpty { try judge(candidates, in: history, isFinal: false, &found) }
        }
        return found
    }

    /// The console has been silent: the end of output counts as the end of a line, and what is open is decided.
    ///
    /// - Throws: as `feed`.
    func silence(_ history: ConsoleHistory) throws(Failure) -> [ConsoleMatch] {
        var found: [ConsoleMatch] = []
        try settle(in: history, isFinal: true, &found)
        guard !isDone, database.matchesAtEnd else { return found }
        try judge(scanner.scanEnd(space: scratch.space), in: history, isFinal: true, &found)
        return found
    }

    /// Goes on at `offset`: the output between is lost.
    func skip(to offset: UInt64) {
        scanner.skip(to: offset, space: scratch.space)
        position = offset
        pending = []
    }

    /// Takes a match; the first one ends the search unless all are wanted.
    func accept(_ match: ConsoleMatch, _ found: inout [ConsoleMatch]) {
        floors[match.pattern] = match.end.rawValue
        found.append(match)
        if mode != .every { isDone = true }
    }

    /// Whether something was too costly since the last `takeStrains`.
    var isStrained: Bool { !strains.isEmpty }

    /// What was too costly since the last call, in a search for every match.
    func takeStrains() -> [Failure] {
        guard !strains.isEmpty else { return [] }
        defer { strains = [] }
        return strains
    }

    /// Adds a look with PCRE2 that began at `begun` and found nothing.
    ///
    /// - Throws: as `MatchEffort.add`.
    func addFruitless(since begun: MonotonicTime, _ pattern: Int) throws(Failure) {
        let now = scratch.now()
        let index = mode == .every ? pattern : 0
        try efforts[index].add(now.duration(since: begun), now: now, pattern: database.patterns[pattern])
    }

    /// Whether `pattern` is left out for now.
    func rests(_ pattern: Int) -> Bool {
        guard let end = restEnds[pattern] else { return false }
        guard scratch.now() >= end else { return true }
        restEnds[pattern] = nil
        return false
    }

    /// Leaves out a pattern that cost too much, so that a standing watch outlives a flood: the other patterns of the
    /// same watch have nothing to do with it.
    ///
    /// - Throws: `failure`, in a search for the first match: without the pattern its answer would be wrong.
    func rest(_ pattern: Int, _ failure: Failure) throws(Failure) {
        guard mode == .every, failure.type == .job else { throw failure }
        let now = scratch.now()
        restEnds[pattern] = now.advanced(by: PatternLimits.rest)
        efforts[pattern] = MatchEffort(since: now)
        strains.append(failure)
    }
}

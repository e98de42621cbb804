import LabModel

/// What is known of one console: its last output, the lines, and everyone who searches it.
///
/// A value without I/O, clocks or tasks: bytes and times go in, actions come out.
struct ConsoleState {
    /// Names one search.
    struct SearchID: Hashable, Sendable {
        let number: UInt64
    }

    enum Action {
        /// A search found something; unless it wants every match, it is over.
        case found(SearchID, [ConsoleMatch])
        /// A search cannot go on and is over.
        case failed(SearchID, Failure)
        /// One pattern of a search for every match is left out for a while; the search goes on.
        case strained(SearchID, Failure)
        /// A search needs older output than is at hand, from this offset on. Answered by `recalled`.
        case recall(SearchID, from: UInt64)
    }

    private struct Search {
        let id: SearchID
        let matcher: PatternMatcher
        let isUrgent: Bool
        /// Whether it has caught up with what is read live.
        var isLive = false
    }

    /// The most lines that are kept.
    static let linesKept = 200

    private(set) var history = ConsoleHistory()
    /// When the last byte was read.
    private(set) var lastActivity: MonotonicTime?
    private var splitter = LineSplitter()
    private var recent: [LineSpan] = []
    private var searches: [Search] = []
    private var urgentCount = 0
    private var searchesMade: UInt64 = 0
    /// Whether the current silence has been told to the searches.
    private var silenceTold = true

    /// The number of bytes read so far.
    var end: UInt64 { history.end }

    /// When the searches are to be told of a silence, unless bytes come before.
    var silenceDue: MonotonicTime? {
        guard !silenceTold, let lastActivity else { return nil }
        guard searches.contains(where: { $0.isLive && $0.matcher.waitsForSilence }) else { return nil }
        return lastActivity.advanced(by: PatternLimits.silence)
    }

    /// When the unfinished line is to be handed over, unless it ends before.
    var lineDue: MonotonicTime? { splitter.lingersUntil }

    /// The last thing that was seen, for messages: the unfinished line or else the last one with text.
    var lastLine: String? {
        if let unfinished = splitter.unfinished { return unfinished.text(in: history) }
        return recent.reversed().lazy.filter { $0.offset >= history.base }.map { $0.text(in: history) }
            .first { !$0.isEmpty }
    }

    /// The last `count` lines, the oldest first, as far as they are at hand. An unfinished line is not among them.
    func lastLines(_ count: Int) -> [ConsoleLine] {
        lines(recent.suffix(max(0, count)).filter { $0.offset >= history.base })
    }

    /// Lines as those who follow want them.
    func lines(_ spans: [LineSpan]) -> [ConsoleLine] { spans.map { $0.line(in: history) } }

    /// Takes what was read, at most 64 KiB, and tells the urgent searches. `readOn` has to follow.
    mutating func read(_ bytes: UnsafeRawBufferPointer, at time: MonotonicTime) -> [Action] {
        history.append(bytes, at: time)
        lastActivity = time
        silenceTold = false
        return advance(urgent: true)
    }

    /// Tells everyone else of the bytes that `read` took.
    ///
    /// - Returns: beside the actions, lines for those who follow and for the index of the transcript. Their bytes are
    ///   at hand until more is read.
    mutating func readOn(
        _ bytes: UnsafeRawBufferPointer, at time: MonotonicTime, wall: WallTime
    ) -> (actions: [Action], lines: [LineSpan]) {
        let offset = history.end - UInt64(bytes.count)
        var lines: [LineSpan] = []
        splitter.read(bytes, offset: offset, at: time, wall: wall, into: &lines)
        keep(lines)
        return (advance(urgent: false), lines)
    }

    /// Tells the searches of a silence, when it has lasted long enough.
    mutating func silence(_ now: MonotonicTime) -> [Action] {
        guard let due = silenceDue, due <= now else { return [] }
        silenceTold = true
        let live = searches.filter(\.isLive).map(\.id)
        return live.flatMap {
            step($0, history) { matcher, history throws(Failure) in try matcher.silence(history) }
        }
    }

    /// Hands over an unfinished line, when it has waited long enough.
    mutating func linger(_ now: MonotonicTime) -> LineSpan? {
        let line = splitter.linger(now)
        if let line { keep([line]) }
        return line
    }

    /// Begins a search. An urgent one is told of output before all others.
    mutating func begin(_ matcher: PatternMatcher, urgent: Bool = false, now: MonotonicTime) -> (SearchID, [Action]) {
        searchesMade += 1
        let search = Search(id: SearchID(number: searchesMade), matcher: matcher, isUrgent: urgent)
        if urgent { urgentCount += 1 }
        searches.insert(search, at: urgent ? 0 : searches.count)
        return (search.id, catchUp(search.id, now: now))
    }

    /// Ends a search. Nothing is heard of it after this.
    mutating func end(_ id: SearchID) {
        if let index = searches.firstIndex(where: { $0.id == id }) { remove(at: index) }
    }

    /// Older output for a search that asked for it: a piece that begins where it asked or before, or nil when it
    /// cannot be had.
    mutating func recalled(_ id: SearchID, _ piece: ConsoleHistory?, now: MonotonicTime) -> [Action] {
        guard let matcher = searches.first(where: { $0.id == id })?.matcher else { return [] }
        guard let piece, piece.base <= matcher.position, piece.end > matcher.position else {
            matcher.skip(to: history.base)
            return catchUp(id, now: now)
        }
        let actions = step(id, piece) { matcher, piece throws(Failure) in try matcher.feed(piece) }
        return actions + (searches.contains { $0.id == id } ? catchUp(id, now: now) : [])
    }

    /// Brings a search up to what is read live, with the silence that may already be there.
    private mutating func catchUp(_ id: SearchID, now: MonotonicTime) -> [Action] {
        guard let index = searches.firstIndex(where: { $0.id == id }) else { return [] }
        let matcher = searches[index].matcher
        guard matcher.position >= history.base else { return [.recall(id, from: matcher.position)] }
        searches[index].isLive = true
        var actions = step(id, history) { matcher, history throws(Failure) in try matcher.feed(history) }
        let silent = lastActivity.map { now.duration(since: $0) >= PatternLimits.silence } ?? false
        if silent, searches.contains(where: { $0.id == id }) {
            actions += step(id, history) { matcher, history throws(Failure) in try matcher.silence(history) }
        }
        return actions
    }

    private typealias Step = (PatternMatcher, ConsoleHistory) throws(Failure) -> [ConsoleMatch]

    /// Shows what was read to the searches that are live, and ends those that are done.
    private mutating func advance(urgent: Bool) -> [Action] {
        guard urgent ? urgentCount > 0 : urgentCount < searches.count else { return [] }
        var actions: [Action] = []
        let history = history
        var index = 0
        while index < searches.count {
            guard searches[index].isLive, searches[index].isUrgent == urgent else {
                index += 1
                continue
            }
            let matcher = searches[index].matcher
            do throws(Failure) {
                let found = try matcher.feed(history)
                let id = searches[index].id
                if !found.isEmpty { actions.append(.found(id, found)) }
                if matcher.isStrained { actions += matcher.takeStrains().map { .strained(id, $0) } }
                if matcher.isDone { remove(at: index) } else { index += 1 }
            } catch {
                actions.append(.failed(searches[index].id, error))
                remove(at: index)
            }
        }
        return actions
    }

    private mutating func step(_ id: SearchID, _ history: ConsoleHistory, _ body: Step) -> [Action] {
        guard let index = searches.firstIndex(where: { $0.id == id }) else { return [] }
        let matcher = searches[index].matcher
        do throws(Failure) {
            let found = try body(matcher, history)
            if matcher.isDone { remove(at: index) }
            let strained = matcher.takeStrains().map { Action.strained(id, $0) }
            return found.isEmpty ? strained : [.found(id, found)] + strained
        } catch {
            remove(at: index)
            return [.failed(id, error)]
        }
    }

    private mutating func remove(at index: Int) {
        if searches.remove(at: index).isUrgent { urgentCount -= 1 }
    }

    private mutating func keep(_ lines: [LineSpan]) {
        let new = min(lines.count, Self.linesKept)
        if recent.count + new > 2 * Self.linesKept { recent.removeFirst(recent.count + new - Self.linesKept) }
        for line in lines[(lines.count - new)...] { recent.append(line) }
    }
}

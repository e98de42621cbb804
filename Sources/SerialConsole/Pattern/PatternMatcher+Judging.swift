import CPCRE2
import LabModel

// What PCRE2 says about the places that the stream reports.
extension PatternMatcher {
    /// Decides about candidates in their order.
    func judge(
        _ candidates: [CandidateList.Candidate], in history: ConsoleHistory, isFinal: Bool,
        _ found: inout [ConsoleMatch]
    ) throws(Failure) {
        for candidate in candidates where candidate.end > floors[candidate.pattern] && !rests(candidate.pattern) {
            if let open = pending.firstIndex(where: { $0.pattern == candidate.pattern }) {
                pending[open].last = candidate.end
                continue
            }
            do throws(Failure) {
                try judge(candidate, in: history, isFinal: isFinal, &found)
            } catch {
                try rest(candidate.pattern, error)
            }
            if isDone || (mode == .first && pending.contains { $0.start != nil }) { return }
        }
    }

    /// Decides about matches that waited for the bytes that have come.
    func settle(in history: ConsoleHistory, isFinal: Bool, _ found: inout [ConsoleMatch]) throws(Failure) {
        guard !pending.isEmpty else { return }
        let waiting = pending
        pending = []
        for one in waiting where !isDone {
            do throws(Failure) {
                try settle(one, in: history, isFinal: isFinal, &found)
            } catch {
                try rest(one.pattern, error)
            }
        }
    }

    private func judge(
        _ candidate: CandidateList.Candidate, in history: ConsoleHistory, isFinal: Bool,
        _ found: inout [ConsoleMatch]
    ) throws(Failure) {
        let member = database.members[candidate.pattern]
        if member.looksAhead {
            let open = Pending(
                pattern: candidate.pattern, start: nil, candidate: candidate.end, last: candidate.end, fallback: nil)
            return try settle(open, in: history, isFinal: isFinal, &found)
        }
        guard let (match, start) = try confirm(candidate, member, in: history) else { return }
        if member.expression.captureCount > 0, mode != .immediate, let start {
            let open = Pending(
                pattern: candidate.pattern, start: start, candidate: candidate.end, last: candidate.end,
                fallback: match)
            return try settle(open, in: history, isFinal: isFinal, &found)
        }
        accept(match, &found)
    }

    /// Looks for the match that ends where the stream says: on the line first, then further back where the pattern
    /// can hold line ends.
    private func confirm(
        _ candidate: CandidateList.Candidate, _ member: PatternDatabase.Member, in history: ConsoleHistory
    ) throws(Failure) -> (match: ConsoleMatch, start: UInt64?)? {
        let floor = floors[candidate.pattern]
        let oldest = max(floor, candidate.end - min(candidate.end, UInt64(PatternLimits.window)), history.base)
        let lineStart = max(oldest, history.lineStart(before: candidate.end, limit: PatternLimits.window))
        let starts = lineStart > oldest && member.crossesLines ? [lineStart, oldest] : [lineStart]
        let begun = scratch.now()
        for start in starts {
            let window = MatchWindow(history, from: start, to: candidate.end)
            switch search(window, from: window.start, candidate.pattern, UInt32(PCRE2_ENDANCHORED)) {
            case .match(let place):
                let match = consoleMatch(candidate.pattern, place, in: window, history, end: candidate.end)
                return (match, window.offset(ofStart: place.start))
            case .tooCostly:
                // The stream alone is right about what is no prefilter; only the captures are missing then.
                if member.isPrefilter || (mode == .first && member.expression.captureCount > 0) {
                    throw tooCostly(database.patterns[candidate.pattern])
                }
                return (consoleMatch(candidate.pattern, history, end: candidate.end), nil)
            case .noMatch, .undecided: break
            }
        }
        let isLonger = oldest > floor && mode != .every
        if !member.isPrefilter, isLonger || member.looksAtBorders {
            return (consoleMatch(candidate.pattern, history, end: candidate.end), nil)
        }
        try addFruitless(since: begun, candidate.pattern)
        return nil
    }

    private func settle(
        _ open: Pending, in history: ConsoleHistory, isFinal: Bool, _ found: inout [ConsoleMatch]
    ) throws(Failure) {
        let begun = scratch.now()
        switch look(at: open, in: history, isFinal: isFinal) {
        case .match(let match):
            // A later end is the stream's to report, or what comes before it would be passed over.
            guard open.start != nil || match.end.rawValue <= open.last else {
                return try addFruitless(since: begun, open.pattern)
            }
            accept(match, &found)
            guard !isDone, open.last > floors[open.pattern] else { return }
            // Later ends of the same pattern were passed over while this one was open.
            let next = Pending(
                pattern: open.pattern, start: nil, candidate: open.last, last: open.last, fallback: nil)
            try settle(next, in: history, isFinal: isFinal, &found)
        case .undecided:
            pending.append(open)
        case .tooCostly:
            throw tooCostly(database.patterns[open.pattern])
        case .noMatch:
            if let fallback = open.fallback { return accept(fallback, &found) }
            try addFruitless(since: begun, open.pattern)
        }
    }

    private enum Look {
        case match(ConsoleMatch)
        case noMatch
        case undecided
        case tooCostly
    }

    /// Searches with what has come after the candidate: to the end of its line, and further only if that leaves the
    /// question open.
    private func look(at open: Pending, in history: ConsoleHistory, isFinal: Bool) -> Look {
        let floor = max(floors[open.pattern], history.base)
        let reach = open.candidate + UInt64(PatternLimits.window)
        let oldest = max(floor, open.candidate - min(open.candidate, UInt64(PatternLimits.window)))
        let start = open.start ?? oldest
        let available = min(history.end, reach)
        let lineEnd = history.firstIndex(of: lineFeed, in: min(open.candidate, available)..<available).map { $0 + 1 }
        let anchored = open.start == nil ? 0 : UInt32(PCRE2_ANCHORED)
        var attempts = [(lineEnd ?? available, UInt32(PCRE2_PARTIAL_HARD))]
        if let lineEnd, lineEnd < available { attempts.append((available, UInt32(PCRE2_PARTIAL_HARD))) }
        if isFinal || history.end >= reach { attempts.append((available, 0)) }
        for (end, option) in attempts {
            let window = MatchWindow(history, from: start, to: end, endsOpen: true)
            switch search(window, from: window.start, open.pattern, option | anchored) {
            case .match(let place):
                let matchEnd = window.offset(ofEnd: place.end)
                if matchEnd <= floors[open.pattern] { return .noMatch }
                return .match(consoleMatch(open.pattern, place, in: window, history, end: matchEnd))
            case .noMatch: return .noMatch
            case .tooCostly: return .tooCostly
            case .undecided: continue
            }
        }
        return .undecided
    }

    private func search(
        _ window: MatchWindow, from start: Int, _ pattern: Int, _ options: UInt32
    ) -> CompiledExpression.Outcome {
        var options = options
        if !window.beginsLine { options |= UInt32(PCRE2_NOTBOL) }
        if mode == .every { options |= UInt32(PCRE2_NOTEMPTY) }
        return database.members[pattern].expression.search(
            window.bytes, from: start, options: options, scratch: scratch)
    }

    private func consoleMatch(
        _ pattern: Int, _ place: CompiledExpression.Found, in window: MatchWindow, _ history: ConsoleHistory,
        end: UInt64
    ) -> ConsoleMatch {
        var match = consoleMatch(pattern, history, end: end)
        match.text = String(decoding: window.bytes[place.start..<place.end], as: UTF8.self)
        match.groups = place.groups
        return match
    }

    /// A match of which only the end is known: its text is the line.
    private func consoleMatch(_ pattern: Int, _ history: ConsoleHistory, end: UInt64) -> ConsoleMatch {
        let line = history.line(upTo: end)
        return ConsoleMatch(
            pattern: pattern, end: ConsoleOffset(rawValue: end), text: line, line: line,
            at: history.time(ofEnd: end) ?? scratch.now())
    }
}

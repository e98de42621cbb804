#if DEBUG || FUZZING
    import CPCRE2
    import LabModel
    @testable import SerialConsole

    /// Patterns compile or are refused; what they match depends neither on where the borders of chunks lie nor, for
    /// simple ones, on the engine.
    ///
    /// Three bytes of how, up to four patterns that each end in a zero byte, and the text.
    public enum PatternsCheck: Check {
        public static func run(_ input: [UInt8]) throws(BrokenInvariant) {
            guard let trial = PatternTrial(input) else { return }
            let database: PatternDatabase
            do throws(Failure) {
                database = try PatternDatabase(trial.patterns)
            } catch {
                return try require(error.type == .job, "patterns are refused with \(error)")
            }
            guard let whole = try trial.matches(database, [trial.text]) else { return }
            try hold(whole, trial)
            // A look-ahead is decided when its bytes are there; until then another pattern may have won.
            let isBelated = database.members.count > 1 && database.members.contains(where: \.looksAhead)
            if trial.mode != .every, isBelated { return }
            for pieces in [trial.pieces, trial.text.map { [$0] }] {
                guard let found = try trial.matches(database, pieces) else { continue }
                let isSame = isBelated ? ordered(found) == ordered(whole) : found == whole
                try require(isSame, "in pieces \(found), whole \(whole)")
            }
            if trial.mode == .immediate, !trial.endsSilent, trial.isSimple {
                try agreesWithPCRE(whole.first, trial, database)
            }
        }

        /// By their ends: what is decided late is told late.
        private static func ordered(_ matches: [PatternTrial.Match]) -> [PatternTrial.Match] {
            matches.sorted { ($0.end, $0.pattern) < ($1.end, $1.pattern) }
        }

        private static func hold(_ matches: [PatternTrial.Match], _ trial: PatternTrial) throws(BrokenInvariant) {
            if trial.mode != .every { try require(matches.count <= 1, "\(matches.count) first matches") }
            for match in matches {
                try require(trial.patterns.indices.contains(match.pattern), "pattern \(match.pattern) of none")
                try require(match.end <= trial.text.count, "a match ends at \(match.end) of \(trial.text.count)")
            }
            for (pattern, _) in trial.patterns.enumerated() {
                let ends = matches.filter { $0.pattern == pattern }.map(\.end)
                try require(
                    zip(ends, ends.dropFirst()).allSatisfy { $0 < $1 }, "matches of one pattern overlap: \(ends)")
            }
        }

        /// PCRE2 alone, asked at every place whether a match ends there.
        private static func agreesWithPCRE(
            _ found: PatternTrial.Match?, _ trial: PatternTrial, _ database: PatternDatabase
        ) throws(BrokenInvariant) {
            guard let scratch = try? MatchScratch(now: trial.clock()) else { return }
            for end in trial.text.indices.map({ $0 + 1 }) {
                for (pattern, member) in database.members.enumerated() {
                    let outcome = member.expression.search(
                        Array(trial.text.prefix(end)), from: 0, options: UInt32(PCRE2_ENDANCHORED), scratch: scratch)
                    switch outcome {
                    case .tooCostly, .undecided: return
                    case .noMatch: continue
                    case .match:
                        return try require(
                            found?.end == end && found?.pattern == pattern,
                            "PCRE2 finds \(pattern) at \(end), the stream \(String(describing: found))")
                    }
                }
            }
            try require(found == nil, "PCRE2 finds nothing, the stream \(String(describing: found))")
        }
    }

    /// One search as an input describes it.
    private struct PatternTrial {
        /// A match without its time.
        struct Match: Equatable {
            var pattern: Int
            var end: Int
            var text: String
            var line: String
            var groups: [String: String]
        }

        let mode: PatternMatcher.Mode
        let endsSilent: Bool
        let patterns: [ConsolePattern]
        let text: [UInt8]
        let pieces: [[UInt8]]

        init?(_ input: [UInt8]) {
            guard input.count > 4, input.count <= 4096 else { return nil }
            switch input[0] % 3 {
            case 0: mode = .first
            case 1: mode = .immediate
            default: mode = .every
            }
            endsSilent = input[0] & 0x80 != 0
            let parts = input[3...].split(
                separator: 0, maxSplits: Int(input[0] >> 4 & 3) + 1, omittingEmptySubsequences: false)
            guard parts.count > 1, let text = parts.last else { return nil }
            patterns = parts.dropLast().map { ConsolePattern(String(decoding: $0.prefix(96), as: UTF8.self)) }
            self.text = Array(text)
            pieces = Pieces.cut(self.text, sizes: input[1...2])
        }

        /// Whether both engines are known to mean the same by the patterns, and the text is short enough to ask often.
        var isSimple: Bool {
            let known = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .*+?|()[]-_:#=^".utf8)
            return text.count <= 128 && !text.contains(UInt8(ascii: "\r"))
                && patterns.allSatisfy { pattern in
                    let bytes = Array(pattern.expression.utf8)
                    return bytes.allSatisfy(known.contains)
                        && !zip(bytes, bytes.dropFirst()).contains { $0 == 40 && $1 == 63 }
                }
        }

        /// A clock that goes on by a millisecond each time it is read: effort is bounded, and the same on any machine.
        func clock() -> () -> MonotonicTime {
            var time = MonotonicTime(nanoseconds: 0)
            return {
                time = time.advanced(by: .milliseconds(1))
                return time
            }
        }

        /// - Returns: nil when a pattern cost too much.
        func matches(_ database: PatternDatabase, _ pieces: [[UInt8]]) throws(BrokenInvariant) -> [Match]? {
            do throws(Failure) {
                let scratch = try MatchScratch(now: clock())
                let matcher = try PatternMatcher(database, from: 0, mode: mode, scratch: scratch)
                var history = ConsoleHistory()
                var found: [ConsoleMatch] = []
                for piece in pieces where !matcher.isDone {
                    piece.withUnsafeBytes { history.append($0, at: MonotonicTime(nanoseconds: 0)) }
                    found += try matcher.feed(history)
                }
                if endsSilent, !matcher.isDone { found += try matcher.silence(history) }
                guard matcher.takeStrains().isEmpty else { return nil }
                return found.map {
                    Match(
                        pattern: $0.pattern, end: Int($0.end.rawValue), text: $0.text, line: $0.line, groups: $0.groups)
                }
            } catch {
                if error.type == .job { return nil }
                throw BrokenInvariant("the search fails with \(error)")
            }
        }
    }
#endif

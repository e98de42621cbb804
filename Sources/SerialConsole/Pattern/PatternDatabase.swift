import CVectorscan
import Glibc
import LabModel

/// A list of patterns compiled into one automaton that reads a stream byte by byte and never goes back.
///
/// What vectorscan cannot express (look-around, back-references) it accepts as a prefilter, which matches at least
/// where the pattern does; `CompiledExpression` then confirms.
///
/// `@unchecked Sendable`: the database is written once, in `init`, and vectorscan only reads it when scanning.
final class PatternDatabase: @unchecked Sendable {
    let patterns: [ConsolePattern]
    let members: [Member]
    let database: OpaquePointer
    /// Whether any member can match where the output ends.
    let matchesAtEnd: Bool

    /// One pattern as the matcher sees it.
    struct Member: Sendable {
        let expression: CompiledExpression
        /// What vectorscan reports is a superset of the matches.
        var isPrefilter: Bool
        /// The bytes after a match decide about it.
        let looksAhead: Bool
        /// It can match where the output ends: `$`, `\z`, a final `\b`.
        let matchesAtEnd: Bool
        /// A match may hold line ends.
        let crossesLines: Bool
        /// A final `\b` or `\B` looks at a byte that the confirming window does not hold.
        let looksAtBorders: Bool
    }

    /// - Throws: `Failure` of type `job` when a pattern is not valid or too large, or there are none or too many.
    init(_ patterns: [ConsolePattern]) throws(Failure) {
        guard !patterns.isEmpty else { throw Failure(.job, "there is no pattern to search for") }
        guard patterns.count <= PatternLimits.patterns else {
            throw Failure(.job, "\(patterns.count) patterns in one search", advice: "at most \(PatternLimits.patterns)")
        }
        self.patterns = patterns
        let expressions = patterns.map { withoutCarriageReturns($0.expression) }
        var members: [Member] = []
        for (pattern, expression) in zip(patterns, expressions) {
            members.append(try member(pattern.expression, expression))
        }
        database = try compile(expressions, &members)
        self.members = members
        matchesAtEnd = members.contains { $0.matchesAtEnd || $0.looksAhead }
        do throws(Failure) {
            try checkSize()
        } catch {
            hs_free_database(database)
            throw error
        }
    }

    deinit {
        hs_free_database(database)
    }

    private func checkSize() throws(Failure) {
        var stream = 0
        var whole = 0
        hs_stream_size(database, &stream)
        hs_database_size(database, &whole)
        guard stream <= PatternLimits.streamBytes, whole <= PatternLimits.databaseBytes else {
            throw Failure(
                .job, "the patterns need \(stream) bytes of state and \(whole) bytes of tables",
                advice: "shorten counted repetitions such as {1,10000}")
        }
    }
}

private let flags = UInt32(HS_FLAG_MULTILINE | HS_FLAG_ALLOWEMPTY)

private func member(_ original: String, _ expression: String) throws(Failure) -> PatternDatabase.Member {
    guard expression.utf8.count <= PatternLimits.expressionBytes else {
        throw Failure(
            .job, "the pattern \(quoted(original)) is \(expression.utf8.count) bytes long",
            advice: "at most \(PatternLimits.expressionBytes)")
    }
    guard !expression.utf8.contains(0) else {
        throw Failure(.job, "the pattern \(quoted(original)) holds a zero byte", advice: "write it as \\x00")
    }
    let compiled = try CompiledExpression(expression)
    let exact = expressionInfo(expression, flags)
    guard let info = exact ?? expressionInfo(expression, flags | UInt32(HS_FLAG_PREFILTER)) else {
        throw Failure(.job, "the pattern \(quoted(original)) uses what no streaming search can do")
    }
    // Read from the text, and rather too often than too rarely: each only costs a little time.
    let crossing = ["\\n", "\\s", "[^", "(?", "\\W", "\\D", "\\R", "\\v", "\\x", "\\0", "\\H", "\\N", "\n", "[[:"]
    return PatternDatabase.Member(
        expression: compiled, isPrefilter: exact == nil,
        looksAhead: exact == nil && contains(expression, ["(?=", "(?!", "(*pla", "(*nla", "(*pos", "(*neg"]),
        matchesAtEnd: info.matches_at_eod != 0, crossesLines: contains(expression, crossing),
        looksAtBorders: contains(expression, ["\\b", "\\B"]))
}

private func contains(_ expression: String, _ parts: [String]) -> Bool {
    let bytes = Array(expression.utf8)
    return parts.contains { part in
        let wanted = Array(part.utf8)
        guard bytes.count >= wanted.count else { return false }
        return (0...(bytes.count - wanted.count)).contains { bytes[$0..<($0 + wanted.count)].elementsEqual(wanted) }
    }
}

private func expressionInfo(_ expression: String, _ flags: UInt32) -> hs_expr_info_t? {
    var info: UnsafeMutablePointer<hs_expr_info_t>?
    var error: UnsafeMutablePointer<hs_compile_error_t>?
    defer { hs_free_compile_error(error) }
    guard hs_expression_info(expression, flags, &info, &error) == HS_SUCCESS, let info else { return nil }
    defer { free(info) }
    return info.pointee
}

/// Compiles all expressions; what turns out to be too much for exact matching becomes a prefilter.
private func compile(
    _ expressions: [String], _ members: inout [PatternDatabase.Member]
) throws(Failure) -> OpaquePointer {
    let texts = expressions.map { strdup($0) }
    defer { for text in texts { free(text) } }
    let pointers = texts.map { UnsafePointer($0) }
    var platform = hs_platform_info_t()
    guard labd_hs_platform(&platform) == HS_SUCCESS else {
        throw Failure(.infrastructure, "this processor cannot run the pattern engine", advice: "labd doctor")
    }
    while true {
        let options = members.map { $0.isPrefilter ? flags | UInt32(HS_FLAG_PREFILTER) : flags }
        var database: OpaquePointer?
        var error: UnsafeMutablePointer<hs_compile_error_t>?
        defer { hs_free_compile_error(error) }
        let result = hs_compile_multi(
            pointers, options, Array(0..<UInt32(expressions.count)), UInt32(expressions.count),
            UInt32(HS_MODE_STREAM), &platform, &database, &error)
        if result == HS_SUCCESS, let database { return database }
        let culprit = error.map { Int($0.pointee.expression) } ?? -1
        if members.indices.contains(culprit), !members[culprit].isPrefilter {
            members[culprit].isPrefilter = true
            continue
        }
        if result == HS_ARCH_ERROR {
            throw Failure(.infrastructure, "this processor cannot run the pattern engine", advice: "labd doctor")
        }
        let reason = error.flatMap { $0.pointee.message }.map { String(cString: $0) } ?? "error \(result)"
        let which = members.indices.contains(culprit) ? "the pattern \(quoted(expressions[culprit]))" : "the patterns"
        throw Failure(.job, "\(which) cannot be compiled: \(reason)", advice: "simplify it")
    }
}

import CPCRE2
import LabModel

/// One expression compiled by PCRE2, which confirms what the streaming engine found and takes the captures.
///
/// `@unchecked Sendable`: the compiled code is written once, in `init`, and PCRE2 only reads it when matching
/// (pcre2api(3), MULTITHREADING).
final class CompiledExpression: @unchecked Sendable {
    private let code: OpaquePointer
    /// The number of capturing groups.
    let captureCount: Int
    /// The groups that have a name.
    private let names: [(name: String, group: Int)]

    /// - Throws: `Failure` of type `job` when the expression is not valid.
    init(_ expression: String) throws(Failure) {
        var error: CInt = 0
        var errorOffset = 0
        let context = pcre2_compile_context_create_8(nil)
        defer { pcre2_compile_context_free_8(context) }
        pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
        // With ALT_CIRCUMFLEX `^` matches after a line end even when nothing follows yet, as in the stream.
        let options =
            UInt32(PCRE2_MULTILINE) | UInt32(PCRE2_ALT_CIRCUMFLEX) | UInt32(PCRE2_NEVER_UTF)
            | UInt32(PCRE2_USE_OFFSET_LIMIT)
        let bytes = Array(expression.utf8)
        guard let code = pcre2_compile_8(bytes, bytes.count, options, &error, &errorOffset, context) else {
            throw Failure(
                .job, "the pattern \(quoted(expression)) is not valid: \(pcre2Message(error)) at byte \(errorOffset)",
                advice: "write it in PCRE syntax")
        }
        self.code = code
        var count: UInt32 = 0
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
        captureCount = Int(count)
        names = readNames(of: code)
    }

    deinit {
        pcre2_code_free_8(code)
    }

    /// What a look at a window found.
    enum Outcome {
        case match(Found)
        case noMatch
        /// Whether it matches, and how far, depends on bytes after the window.
        case undecided
        /// A limit was reached.
        case tooCostly
    }

    /// A match by its place in the subject.
    struct Found {
        var start: Int
        var end: Int
        var groups: [String: String]
    }

    /// Searches `subject` for a match that begins at or after `start`.
    ///
    /// - Parameter options: PCRE2's options of matching. The search is cut into slices of starting places, and given
    ///   up when it takes too long by `scratch`'s clock: the step limit holds for each starting place alone.
    func search(_ subject: [UInt8], from start: Int, options: UInt32, scratch: MatchScratch) -> Outcome {
        let begun = scratch.now()
        var slice = start
        while true {
            let limit = slice + PatternLimits.startsPerSlice - 1
            pcre2_set_offset_limit_8(scratch.matchContext, limit)
            let result = pcre2_match_8(
                code, subject, subject.count, slice, options, scratch.matchData, scratch.matchContext)
            if result >= 0 { return .match(found(in: subject, data: scratch.matchData)) }
            if result == PCRE2_ERROR_PARTIAL { return .undecided }
            guard result == PCRE2_ERROR_NOMATCH else { return .tooCostly }
            if limit >= subject.count || options & UInt32(PCRE2_ANCHORED) != 0 { return .noMatch }
            if scratch.now().duration(since: begun) > PatternLimits.sliceTime { return .tooCostly }
            slice = limit + 1
        }
    }

    private func found(in subject: [UInt8], data: OpaquePointer) -> Found {
        let pairs = Int(pcre2_get_ovector_count_8(data))
        guard let vector = pcre2_get_ovector_pointer_8(data) else { return Found(start: 0, end: 0, groups: [:]) }
        var groups: [String: String] = [:]
        for group in stride(from: 1, through: min(captureCount, pairs - 1), by: 1) {
            // PCRE2_UNSET, -1 in Swift, marks a group that took no part.
            let (from, to) = (vector[2 * group], vector[2 * group + 1])
            guard from >= 0, from <= to, to <= subject.count else { continue }
            groups[String(group)] = String(decoding: subject[from..<to], as: UTF8.self)
        }
        for (name, group) in names {
            if let text = groups[String(group)] { groups[name] = text }
        }
        // `\K` can put the start behind the end; labd does not need it.
        return Found(start: min(vector[0], vector[1]), end: vector[1], groups: groups)
    }
}

/// Reads PCRE2's table of group names: entries of fixed size, two bytes of number and a name that ends in zero.
private func readNames(of code: OpaquePointer) -> [(name: String, group: Int)] {
    var count: UInt32 = 0
    var size: UInt32 = 0
    var table: UnsafePointer<UInt8>?
    pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &count)
    pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &size)
    pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
    guard let table else { return [] }
    return (0..<Int(count)).map { index in
        let entry = UnsafeBufferPointer(start: table + index * Int(size), count: Int(size))
        let name = String(decoding: entry.dropFirst(2).prefix { $0 != 0 }, as: UTF8.self)
        return (name, Int(entry[0]) << 8 | Int(entry[1]))
    }
}

private func pcre2Message(_ error: CInt) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = pcre2_get_error_message_8(error, &buffer, buffer.count)
    return length > 0 ? String(decoding: buffer.prefix(Int(length)), as: UTF8.self) : "error \(error)"
}

/// An expression as messages show it: quoted, and cut when it is long.
func quoted(_ expression: String) -> String {
    expression.count > 80 ? "'\(expression.prefix(80))…'" : "'\(expression)'"
}

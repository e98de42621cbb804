public import LabModel

extension StateID {
    /// Longest text that is looked at, in bytes; most recovery boots in an id; most writes in a list.
    private static let limits = (bytes: 1 << 20, recoveries: 64, listed: 1 << 20)

    /// Reads `text` as printed by `description`. Throws a job failure that says what is wrong and at which character.
    public init(parsing text: String) throws(Failure) {
        var parser = StateIDParser(text)
        guard parser.bytes.count <= StateID.limits.bytes else { throw parser.failure("too long") }
        guard parser.take("w") else { throw parser.failure("it begins with w") }
        update = try parser.cut(listed: StateID.limits.listed)
        recoveries = []
        while parser.take("/") {
            guard recoveries.count < StateID.limits.recoveries else {
                throw parser.failure("more than \(StateID.limits.recoveries) recovery boots")
            }
            recoveries.append(try parser.cut(listed: StateID.limits.listed))
        }
        guard parser.isAtEnd else { throw parser.failure("unexpected text") }
    }
}

private struct StateIDParser {
    let text: String
    let bytes: [UInt8]
    var place = 0

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { place == bytes.count }

    mutating func take(_ word: StaticString) -> Bool {
        let wanted = Array(word.description.utf8)
        guard bytes[place...].starts(with: wanted) else { return false }
        place += wanted.count
        return true
    }

    mutating func number() throws(Failure) -> Int {
        let start = place
        while place < bytes.count, (0x30...0x39).contains(bytes[place]) { place += 1 }
        let digits = bytes[start..<place]
        guard !digits.isEmpty else { throw failure("a number is missing") }
        guard digits.count <= 9 else { throw failure("the number is too large") }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    mutating func cut(listed limit: Int) throws(Failure) -> StateID.Cut {
        var cut = StateID.Cut(writes: try number())
        if take("-") {
            let prefix = cut.writes
            cut.writes = try number()
            guard prefix <= cut.writes else { throw failure("the durable prefix lies behind the cut") }
            guard take("{") else { throw failure("the list of kept writes is missing, for instance {53,56}") }
            let volatile = try list(limit: limit)
            guard volatile.allSatisfy({ $0 > prefix && $0 <= cut.writes }) else {
                throw failure("a kept write lies outside \(prefix + 1)-\(cut.writes)")
            }
            cut.kept = .some(durablePrefix: prefix, volatile: volatile)
        }
        if take(":first") {
            cut.torn = .first(try sectors())
        } else if take(":last") {
            cut.torn = .last(try sectors())
        }
        return cut
    }

    mutating func sectors() throws(Failure) -> Int {
        let count = try number()
        guard count > 0 else { throw failure("a torn write has at least one sector") }
        return count
    }

    mutating func list(limit: Int) throws(Failure) -> [Int] {
        var numbers: [Int] = []
        if take("}") { return numbers }
        while true {
            let first = try number()
            let last = take("-") ? try number() : first
            guard first > numbers.last ?? 0, last >= first else { throw failure("the kept writes do not ascend") }
            guard numbers.count + (last - first) < limit else { throw failure("too many kept writes") }
            numbers.append(contentsOf: first...last)
            if take("}") { return numbers }
            guard take(",") else { throw failure("the list of kept writes does not end with }") }
        }
    }

    func failure(_ what: String) -> Failure {
        let shown = text.utf8.count > 80 ? String(text.prefix(80)) + "…" : text
        return Failure(
            .job, "\"\(shown)\" is no crash state: \(what), at character \(place + 1)",
            advice: "states look like w54, w106:first3, w52-57{53,56} or w60/1/1")
    }
}

/// Brings the signals of one test block into their order, and knows which are missing.
struct SignalLedger {
    private var next = 1
    private var held: [Int: ReceivedSignal] = [:]
    /// The numbers that the board was asked for again.
    private var asked: Set<Int> = []
    /// Whether any signal carried a number.
    private(set) var isProtected = false
    /// The highest number seen; 0 before the first.
    private(set) var highest = 0
    /// Unprotected signals that may be what is left of a missing one.
    private var doubtful: [Doubtful] = []
    /// Since the first of `doubtful`, signals that came late, as they go over the line.
    private var late: [Int: String] = [:]

    private struct Doubtful {
        var signal: ReceivedSignal
        /// The highest number seen before it.
        var after: Int
        /// The first number seen after it.
        var before: Int?
    }

    /// How many signals may wait for a missing one before it is given up.
    private static let patience = 10_000

    /// Takes a signal.
    ///
    /// - Returns: the signals whose turn has come. Where signals have numbers, one without waits for the next number: it
    ///   is passed over when a number is missing there and it is what was left of that signal.
    mutating func receive(_ signal: ReceivedSignal) -> [ReceivedSignal] {
        guard let number = signal.number else {
            guard isProtected, doubtful.count < Self.patience else { return [signal] }
            doubtful.append(Doubtful(signal: signal, after: highest))
            return []
        }
        isProtected = true
        // A number that was there before, or one from nowhere, is an echo or an accident.
        guard number >= next, number < next + Self.patience, held[number] == nil else { return [] }
        var signal = signal
        if asked.remove(number) != nil { signal.integrity = .resent }
        if number > highest {
            for place in doubtful.indices where doubtful[place].before == nil { doubtful[place].before = number }
            highest = number
        }
        held[number] = signal
        return release()
    }

    /// These numbers come, if they do, because they were asked for.
    mutating func ask(for numbers: [Int]) { asked.formUnion(numbers) }

    /// Whether signals wait for one that is missing.
    var hasGap: Bool { !held.isEmpty }

    /// The numbers up to `last` that did not come.
    func missing(upTo last: Int) -> [Int] {
        guard last >= next else { return [] }
        return (next...min(last, next + Self.patience)).filter { held[$0] == nil }
    }

    /// The console is silent: unprotected signals behind the last number, with none missing, are what they seem.
    mutating func settle() -> [ReceivedSignal] {
        guard !hasGap else { return [] }
        return flush()
    }

    /// Gives up what is missing.
    ///
    /// - Returns: everything that waited, in order.
    mutating func flush() -> [ReceivedSignal] {
        defer {
            next = (held.keys.max() ?? (next - 1)) + 1
            (held, doubtful, late) = ([:], [], [:])
        }
        let waiting = held.values.map { ($0.number ?? 0, 0, $0) } + doubtful.map { ($0.after, 1, $0.signal) }
        return waiting.enumerated().sorted { one, other in
            (one.element.0, one.element.1, one.offset) < (other.element.0, other.element.1, other.offset)
        }.map(\.element.2)
    }

    private mutating func release() -> [ReceivedSignal] {
        var released: [ReceivedSignal] = []
        while let signal = held.removeValue(forKey: next) {
            released += believed(before: next)
            released.append(signal)
            if !doubtful.isEmpty { late[next] = SignalForm.wire(signal) }
            next += 1
        }
        if doubtful.isEmpty { late = [:] }
        return released
    }

    /// The unprotected signals before `number`, all earlier numbers being there, less those that are left of one.
    private mutating func believed(before number: Int) -> [ReceivedSignal] {
        let ready = doubtful.filter { $0.before == number }
        guard !ready.isEmpty else { return [] }
        doubtful.removeAll { $0.before == number }
        return ready.filter { one in
            let missed = (one.after + 1..<max(number, one.after + 1)).compactMap { late[$0] }.joined()
            return !Array("\(one.signal.name) \(one.signal.text)".utf8).isSubsequence(of: missed.utf8)
        }.map(\.signal)
    }
}

extension [UInt8] {
    /// Whether these bytes are what losing some of `other` leaves.
    fileprivate func isSubsequence(of other: some Sequence<UInt8>) -> Bool {
        var rest = self[...]
        for byte in other where rest.first == byte { rest.removeFirst() }
        return rest.isEmpty
    }
}

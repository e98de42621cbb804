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
        /// The first number seen after it that had not to be asked for.
        var before: Int?

        /// Whether it stood before `other`, or is taken to: without a number behind it, it belongs to the definition
        /// that ends next.
        func isEnded(by other: ReceivedSignal) -> Bool {
            guard let number = other.number else { return false }
            return before.map { $0 == number } ?? (other.name == "ENDRUN" && number > after)
        }
    }

    /// How many signals may wait for a missing one before it is given up.
    private static let patience = 10_000
    /// How many unprotected ones may wait: each is held against all that was lost.
    private static let mostDoubtful = 1000

    /// Takes a signal.
    ///
    /// - Returns: the signals whose turn has come. Where signals have numbers, one without waits for the next number: it
    ///   is passed over when a number is missing there and it is what was left of that signal. So does one before any
    ///   number: it may be left of the signal that begins every run.
    mutating func receive(_ signal: ReceivedSignal) -> [ReceivedSignal] {
        guard let number = signal.number else {
            guard doubtful.count < Self.mostDoubtful else { return [signal] }
            doubtful.append(Doubtful(signal: signal, after: highest))
            return []
        }
        isProtected = true
        // A number that was there before, or one from nowhere, is an echo or an accident.
        guard number >= next, number < next + Self.patience, held[number] == nil else { return [] }
        var signal = signal
        if asked.remove(number) != nil {
            signal.integrity = .resent
        } else if number > highest {
            for place in doubtful.indices where doubtful[place].before == nil { doubtful[place].before = number }
        }
        highest = max(highest, number)
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
        guard !hasGap, isProtected else { return [] }
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
        let believed = doubtful.filter { isBelieved($0, before: nil) }
        let waiting = held.values.map { ($0.number ?? 0, 0, $0) } + believed.map { ($0.after, 1, $0.signal) }
        return waiting.enumerated().sorted { one, other in
            (one.element.0, one.element.1, one.offset) < (other.element.0, other.element.1, other.offset)
        }.map(\.element.2)
    }

    private mutating func release() -> [ReceivedSignal] {
        var released: [ReceivedSignal] = []
        while let signal = held[next] {
            // What stands before an end can be told only when all that was asked for is there.
            if !asked.isEmpty, doubtful.contains(where: { $0.before == nil && $0.isEnded(by: signal) }) { break }
            held[next] = nil
            released += believed(before: signal)
            released.append(signal)
            if !doubtful.isEmpty { late[next] = SignalForm.wire(signal) }
            next += 1
        }
        if doubtful.isEmpty { late = [:] }
        return released
    }

    /// The unprotected signals that stood before `signal`, all earlier numbers being there.
    private mutating func believed(before signal: ReceivedSignal) -> [ReceivedSignal] {
        let ready = doubtful.filter { $0.isEnded(by: signal) }
        guard !ready.isEmpty else { return [] }
        doubtful.removeAll { $0.isEnded(by: signal) }
        return ready.filter { isBelieved($0, before: $0.before == nil ? signal : nil) }.map(\.signal)
    }

    /// Whether an unprotected signal is more than what was left of those that had to be sent again where it stood.
    private func isBelieved(_ one: Doubtful, before signal: ReceivedSignal?) -> Bool {
        let range = one.after + 1..<max(one.before ?? .max, one.after + 1)
        var lost = late.filter { range.contains($0.key) }
        if one.before == nil {
            for (number, other) in held where range.contains(number) { lost[number] = SignalForm.wire(other) }
            if let signal, let number = signal.number { lost[number] = SignalForm.wire(signal) }
        }
        let wires = lost.sorted { $0.key < $1.key }.map(\.value)
        return wires.isEmpty || !SignalRemains(of: wires).explain(one.signal)
    }
}

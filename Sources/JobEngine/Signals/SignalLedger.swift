/// Brings the signals of one test block into their order, and knows which are missing.
struct SignalLedger {
    private var next = 1
    private var held: [Int: ReceivedSignal] = [:]
    private var isResending = false
    /// Whether any signal carried a number.
    private(set) var isProtected = false

    /// How many signals may wait for a missing one before it is given up.
    private static let patience = 10_000

    /// Takes a signal.
    ///
    /// - Returns: the signals whose turn has come. Unprotected ones have no turn and come at once.
    mutating func receive(_ signal: ReceivedSignal) -> [ReceivedSignal] {
        guard let number = signal.number else { return [signal] }
        isProtected = true
        // A number that was there before, or one from nowhere, is an echo or an accident.
        guard number >= next, number < next + Self.patience, held[number] == nil else { return [] }
        var signal = signal
        if isResending { signal.integrity = .resent }
        held[number] = signal
        return release()
    }

    /// From now on signals come because they were asked for.
    mutating func beginResending() { isResending = true }

    /// The numbers up to `last` that did not come.
    func missing(upTo last: Int) -> [Int] {
        guard last >= next else { return [] }
        return (next...min(last, next + Self.patience)).filter { held[$0] == nil }
    }

    /// Gives up what is missing.
    ///
    /// - Returns: everything that waited, in order.
    mutating func flush() -> [ReceivedSignal] {
        defer {
            next = (held.keys.max() ?? (next - 1)) + 1
            held = [:]
        }
        return held.keys.sorted().compactMap { held[$0] }
    }

    private mutating func release() -> [ReceivedSignal] {
        var released: [ReceivedSignal] = []
        while let signal = held.removeValue(forKey: next) {
            released.append(signal)
            next += 1
        }
        return released
    }
}

/// Finds signals in a console's raw output, also where the kernel printed a message into the middle of one.
///
/// A kernel message ends with a newline, whatever else is in it, so taking out everything from some place up to a newline
/// brings a torn signal back. The checksum says when the right piece was taken out. What cannot be repaired this way is
/// missing from the numbers, and is sent again (`SignalLedger`).
struct SignalScanner {
    /// What a torn signal and the message in it may have together, in bytes.
    static let window = 2048
    /// A signal's end, ` _n=NUMBER _c=CHECKSUM>`, is not longer.
    private static let tailLength = 32
    private static let opening = UInt8(ascii: "<")
    private static let closing = UInt8(ascii: ">")
    private static let newline = UInt8(ascii: "\n")
    /// Tries that one byte of output may cost on average, and at once: noise that looks like torn signals is cheap.
    private static let attemptsPerByte = 20
    private static let attemptsAtOnce = 20_000

    /// The last output that may still become part of a signal.
    private var buffer: [UInt8] = []
    /// Places of whole heads in `buffer`.
    private var heads: [Int] = []
    /// Up to here in `buffer` every byte was looked at.
    private var seen = 0
    private var attempts = attemptsAtOnce
    /// Whether signals printed by the kernel without protection count, as in tests that use `lava-signal: kmsg`.
    var acceptsKernelEchoes = false

    /// Reads more output.
    ///
    /// - Returns: the signals that end in it, in the order of their ends.
    mutating func feed(_ bytes: some Collection<UInt8>) -> [ReceivedSignal] {
        buffer += bytes
        attempts = min(Self.attemptsAtOnce, attempts + bytes.count * Self.attemptsPerByte)
        var found: [ReceivedSignal] = []
        while seen < buffer.count {
            let place = seen
            seen += 1
            if buffer[place] == SignalForm.head.last, endsHead(place) {
                heads.append(place - SignalForm.head.count + 1)
            } else if buffer[place] == Self.closing, let (signal, isWhole) = signal(endingAt: place) {
                found.append(signal)
                // What lies before a whole signal belongs to no later one; a message in a torn one was no signal.
                if isWhole { drop(place + 1) }
            }
        }
        if buffer.count > 2 * Self.window { drop(buffer.count - Self.window) }
        return found
    }

    private func endsHead(_ place: Int) -> Bool {
        let start = place - SignalForm.head.count + 1
        return start >= 0 && buffer[start] == Self.opening && buffer[start...place].elementsEqual(SignalForm.head)
    }

    private mutating func drop(_ count: Int) {
        buffer.removeFirst(count)
        seen -= count
        heads = heads.compactMap { $0 >= count ? $0 - count : nil }
    }

    /// The signal that ends at `end`.
    ///
    /// - Returns: with it, whether it also ends everything before it. Nil when none ends there.
    private mutating func signal(endingAt end: Int) -> (ReceivedSignal, isWhole: Bool)? {
        let start = max(0, end - Self.window)
        let near = heads.reversed().filter { $0 >= start }
        for head in near {
            if let (name, text, number) = SignalForm.protected(Array(buffer[head...end])) {
                return (ReceivedSignal(name: name, text: text, number: number, integrity: .intact), true)
            }
        }
        // One message tears one place: the head or the tail, not both.
        let hasTail = SignalForm.hasTail(buffer[max(start, end - Self.tailLength)...end])
        let openings = hasTail ? (start..<end).reversed().filter { buffer[$0] == Self.opening } : Array(near)
        for opening in openings {
            if let repaired = repaired(opening, end) { return (repaired, true) }
        }
        for head in near where isLineStart(head) {
            if let (name, text) = SignalForm.unprotected(Array(buffer[head...end])) {
                return (ReceivedSignal(name: name, text: text, number: nil, integrity: .unprotected), false)
            }
        }
        return nil
    }

    /// Takes pieces out of what lies between an opening and `end`, until the checksum fits.
    private mutating func repaired(_ opening: Int, _ end: Int) -> ReceivedSignal? {
        let bytes = buffer[opening...end]
        // The message ends with the last newline before the end, and began on the signal's own line.
        guard let first = bytes.firstIndex(of: Self.newline), let last = bytes.lastIndex(of: Self.newline) else {
            return nil
        }
        let rest = Array(buffer[(last + 1)...end])
        for cut in (opening + 1)...first {
            guard attempts > 0 else { return nil }
            attempts -= 1
            if let (name, text, number) = SignalForm.protected(Array(buffer[opening..<cut]) + rest) {
                return ReceivedSignal(name: name, text: text, number: number, integrity: .repaired)
            }
        }
        return nil
    }

    /// An unprotected signal counts only where a script's `echo` puts it: at the beginning of a line, or behind the
    /// kernel's time stamp in tests that print through the kernel.
    private func isLineStart(_ place: Int) -> Bool {
        let line = buffer[..<place].lastIndex(of: Self.newline).map { $0 + 1 } ?? 0
        let before = String(decoding: buffer[line..<place], as: UTF8.self).filter { $0 != "\r" }
        if before.isEmpty { return true }
        return acceptsKernelEchoes && before.wholeMatch(of: #/\[ *\d+\.\d+\](\[ *[CT]\d+\])? /#) != nil
    }
}

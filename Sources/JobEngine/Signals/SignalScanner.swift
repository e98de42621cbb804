import LabModel

/// Finds signals in a console's raw output, also where the kernel printed a message into the middle of one.
///
/// A kernel message ends with a newline, whatever else is in it, so taking out everything from some place up to a newline
/// brings a torn signal back. The checksum says when the right piece was taken out. What cannot be repaired this way is
/// missing from the numbers, and is sent again (`SignalLedger`).
///
/// What is found does not depend on where the borders of chunks lie, and costs bounded time and memory a byte.
struct SignalScanner {
    /// What a torn signal and the message in it may have together, in bytes.
    static let window = 2048
    /// A signal's end, ` _n=NUMBER _c=CHECKSUM>`, is not longer.
    private static let tailLength = 32
    /// The kernel's time stamp and caller are not longer.
    private static let prefixLength = 64
    private static let lastOfHead = UInt8(ascii: "_")
    private static let opening = UInt8(ascii: "<")
    private static let closing = UInt8(ascii: ">")
    private static let newline = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    /// How many beginnings of signals are remembered: more than a message quotes.
    private static let headsKept = 8
    /// Effort that one byte of output may cost on average, and at once: noise that looks like torn signals is cheap. A
    /// unit is a try, or a block of the checksum.
    private static let effortPerByte = 20
    private static let effortAtOnce = 40_000

    /// The last output that may still become part of a signal.
    private var buffer: [UInt8] = []
    /// Places of the last whole heads in `buffer`.
    private var heads: [Int] = []
    /// Up to here in `buffer` every byte was looked at.
    private var seen = 0
    private var effort = effortAtOnce
    /// Where the present line begins in `buffer`; nil when that is out of sight.
    private var lineStart: Int? = 0
    /// Lines that read as signals without protection, and may still turn out to be the first part of a torn one.
    private var raw: [RawLine] = []

    private struct RawLine {
        var head: Int
        var end: Int
        var signal: ReceivedSignal
    }
    /// Whether signals printed by the kernel without protection count, as in tests that use `lava-signal: kmsg`.
    var acceptsKernelEchoes = false

    /// Where `buffer` begins on the console.
    private var base: UInt64

    /// Output kept between two calls, in bytes.
    var heldBytes: Int { buffer.count }

    /// How far it has read.
    var position: ConsoleOffset { offset(buffer.count) }

    init(from start: ConsoleOffset = .start) {
        base = start.rawValue
    }

    /// Reads more output.
    ///
    /// - Returns: the signals that end in it, in the order of their ends.
    mutating func feed(_ bytes: some Collection<UInt8>) -> [ReceivedSignal] {
        var found: [ReceivedSignal] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            buffer += rest.prefix(Self.window)
            rest = rest.dropFirst(Self.window)
            while seen < buffer.count {
                look(&found)
                // Always at the same places of the output, so that chunks do not matter.
                if seen >= 2 * Self.window { drop(seen - Self.window, &found) }
            }
        }
        return found
    }

    /// What has come stays as it is: nothing more belongs to it.
    ///
    /// - Returns: the unprotected signals that were waiting.
    mutating func settle() -> [ReceivedSignal] {
        defer { raw = [] }
        return raw.map(\.signal)
    }

    /// Goes on behind output that was lost.
    ///
    /// - Returns: as `settle`.
    mutating func skip(_ count: Int) -> [ReceivedSignal] {
        base += UInt64(buffer.count + count)
        buffer = []
        heads = []
        (seen, lineStart) = (0, nil)
        return settle()
    }

    /// Looks at the next byte.
    private mutating func look(_ found: inout [ReceivedSignal]) {
        let place = seen
        seen += 1
        effort = min(Self.effortAtOnce, effort + Self.effortPerByte)
        switch buffer[place] {
        case Self.lastOfHead where endsHead(place):
            if heads.count == Self.headsKept { heads.removeFirst() }
            heads.append(place - SignalForm.head.count + 1)
        case Self.closing:
            guard let whole = protected(endingAt: place) else { return }
            var signal = whole.signal
            signal.end = offset(place + 1)
            // A message in a torn signal was no signal. What lies before belongs to no later one.
            raw.removeAll { $0.end > whole.start }
            drop(place + 1, &found)
            found.append(signal)
        case Self.newline:
            if let one = unprotected(before: place) { raw.append(one) }
            lineStart = place + 1
        default: break
        }
    }

    private func offset(_ place: Int) -> ConsoleOffset { ConsoleOffset(rawValue: base + UInt64(place)) }

    private func endsHead(_ place: Int) -> Bool {
        let start = place - SignalForm.head.count + 1
        return start >= 0 && buffer[start] == Self.opening && buffer[start...place].elementsEqual(SignalForm.head)
    }

    private mutating func drop(_ count: Int, _ found: inout [ReceivedSignal]) {
        found += raw.filter { $0.head < count }.map(\.signal)
        raw = raw.filter { $0.head >= count }.map {
            RawLine(head: $0.head - count, end: $0.end - count, signal: $0.signal)
        }
        buffer.removeFirst(count)
        base += UInt64(count)
        seen -= count
        heads = heads.compactMap { $0 >= count ? $0 - count : nil }
        lineStart = lineStart.flatMap { $0 >= count ? $0 - count : nil }
    }

    /// The protected signal that ends at `end`, and where it begins.
    private mutating func protected(endingAt end: Int) -> (signal: ReceivedSignal, start: Int)? {
        let start = max(0, end - Self.window)
        let near = heads.reversed().filter { $0 >= start }
        let hasTail = SignalForm.hasTail(buffer[max(start, end - Self.tailLength)...end])
        if hasTail {
            for head in near {
                effort -= (end - head) / 64
                if let (name, text, number) = SignalForm.protected(Array(buffer[head...end])) {
                    return (ReceivedSignal(name: name, text: text, number: number, integrity: .intact), head)
                }
            }
        }
        // One message tears one place: the head or the tail, not both.
        let openings = hasTail ? (start..<end).reversed().filter { buffer[$0] == Self.opening } : Array(near)
        for opening in openings {
            if let repaired = repaired(opening, end) { return (repaired, opening) }
        }
        return nil
    }

    /// Takes pieces out of what lies between an opening and `end`, until the checksum fits.
    private mutating func repaired(_ opening: Int, _ end: Int) -> ReceivedSignal? {
        let bytes = buffer[opening...end]
        guard effort > 0 else { return nil }
        effort -= 1 + bytes.count / 64
        // The message ends with the last newline before the end, and began on the signal's own line.
        guard let first = bytes.firstIndex(of: Self.newline), let last = bytes.lastIndex(of: Self.newline) else {
            return nil
        }
        let rest = buffer[(last + 1)...end]
        // Where the head itself is torn, the cut is in it.
        let head = zip(bytes, SignalForm.head).prefix { $0 == $1 }.count
        let lastCut = head < SignalForm.head.count ? min(first, opening + head) : first
        var candidate = Array(buffer[opening..<lastCut] + rest)
        for count in (1...(lastCut - opening)).reversed() {
            guard effort > 0 else { return nil }
            effort -= 1 + candidate.count / 64
            if let (name, text, number) = SignalForm.protected(candidate) {
                return ReceivedSignal(name: name, text: text, number: number, integrity: .repaired)
            }
            candidate.remove(at: count - 1)
        }
        return nil
    }

    /// The signal without protection that stands in the line that ends at `end`.
    ///
    /// It counts only where a script's `echo` puts it: at the beginning of a line, or behind the kernel's time stamp in
    /// tests that print through the kernel. It ends at the first `>`, as LAVA reads it.
    private func unprotected(before end: Int) -> RawLine? {
        guard let lineStart, let head = heads.first(where: { $0 >= lineStart }), begins(head, lineStart),
            let closing = buffer[head..<end].firstIndex(of: Self.closing),
            let (name, text) = SignalForm.unprotected(Array(buffer[head...closing]))
        else { return nil }
        return RawLine(
            head: head, end: end,
            signal: ReceivedSignal(
                name: name, text: text, number: nil, integrity: .unprotected, end: offset(closing + 1)))
    }

    private func begins(_ head: Int, _ lineStart: Int) -> Bool {
        guard head - lineStart <= Self.prefixLength else { return false }
        let before = buffer[lineStart..<head].filter { $0 != Self.carriageReturn }
        if before.isEmpty { return true }
        return acceptsKernelEchoes
            && String(decoding: before, as: UTF8.self).wholeMatch(of: #/\[ *\d+\.\d+\](\[ *[CT]\d+\])? /#) != nil
    }
}

/// A piece of output as the matcher sees it: up to two carriage returns before a line feed are left out, so that `$`
/// matches before `\r\n` and `\r\r\n` as it does before `\n`.
struct MatchWindow {
    /// The visible bytes: some that lead in, then those that are searched.
    private(set) var bytes: [UInt8] = []
    /// Where the search begins in `bytes`.
    private(set) var start = 0
    /// Whether `bytes` begin at the beginning of a line.
    let beginsLine: Bool
    /// Where `bytes` begin on the console.
    private let base: UInt64
    /// Places of the bytes that were left out, counted from `base`, rising.
    private var omitted: [Int] = []

    /// The output between two offsets, as far as `history` holds it.
    ///
    /// - Parameter endsOpen: The last bytes may be carriage returns of a line end that is still to come.
    init(_ history: ConsoleHistory, from: UInt64, to: UInt64, endsOpen: Bool = false) {
        let from = max(from, history.base)
        base = max(history.base, from - min(from, UInt64(PatternLimits.leadIn)))
        beginsLine = base == history.base ? base == 0 : history[base - 1] == lineFeed
        let raw = history[base..<max(from, to)]
        let searched = Int(from - base)
        bytes.reserveCapacity(raw.count)
        for (index, byte) in raw.enumerated() {
            if byte == lineFeed { omitReturns(before: index) }
            if index == searched { start = bytes.count }
            bytes.append(byte)
        }
        if searched >= raw.count { start = bytes.count }
        if endsOpen { omitReturns(before: raw.count) }
        start = min(start, bytes.count)
    }

    /// Where a match that ends at `index` of `bytes` ends on the console: before a carriage return that was left out.
    func offset(ofEnd index: Int) -> UInt64 {
        var raw = index
        for place in omitted where place < raw { raw += 1 }
        return base + UInt64(raw)
    }

    /// Where a match that begins at `index` of `bytes` begins on the console.
    func offset(ofStart index: Int) -> UInt64 {
        var raw = index
        for place in omitted where place <= raw { raw += 1 }
        return base + UInt64(raw)
    }

    private mutating func omitReturns(before index: Int) {
        var count = 0
        while count < 2, bytes.last == carriageReturn {
            bytes.removeLast()
            count += 1
        }
        omitted.append(contentsOf: (index - count)..<index)
    }
}

let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")

/// What a terminal does with typed bytes: echo, backspace, Ctrl-C and Ctrl-U, line by line.
struct SimLineEditor: Hashable {
    enum Event: Hashable {
        case line(String)
        case interrupt
    }

    /// Typed and not yet looked at. What does not fit is lost, as on a real line.
    private var pending: [UInt8] = []
    private var line: [UInt8] = []
    private var followsReturn = false
    private static let limit = 65_536

    mutating func add(_ bytes: [UInt8]) {
        pending += bytes.prefix(Self.limit - pending.count)
    }

    /// Looks at typed bytes up to the end of a line.
    ///
    /// - Returns: what is echoed, and the line or interrupt that was reached; nil when nothing is left.
    mutating func next() -> (echo: [UInt8], event: Event?) {
        var echo: [UInt8] = []
        var taken = 0
        defer { pending.removeFirst(taken) }
        for byte in pending {
            taken += 1
            let follows = followsReturn
            followsReturn = byte == 13
            switch byte {
            case 10 where follows: continue
            case 10, 13:
                defer { line = [] }
                return (echo, .line(String(decoding: line, as: UTF8.self)))
            case 3:
                line = []
                return (echo, .interrupt)
            case 8, 127:
                if line.popLast() != nil { echo += [8, 32, 8] }
            case 21:
                for _ in line { echo += [8, 32, 8] }
                line = []
            default:
                if line.count < Self.limit {
                    line.append(byte)
                    echo.append(byte)
                }
            }
        }
        return (echo, nil)
    }

    /// Finds a Ctrl-C among what is typed ahead; what came before it is thrown away.
    mutating func takeInterrupt() -> Bool {
        guard let place = pending.lastIndex(of: 3) else { return false }
        pending.removeSubrange(...place)
        line = []
        return true
    }
}

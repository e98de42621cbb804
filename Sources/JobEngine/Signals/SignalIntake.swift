import LabModel

/// The signals of one test block: put together from the output, brought into their order, and held against what the
/// board says it sent.
struct SignalIntake {
    /// How many requests in a row may bring nothing before the rest is given up, and how many there may be at all.
    private static let patience = 12
    private static let mostRequests = 500
    /// How many signals are asked for at once: a typed line must not grow without bound.
    private static let numbersPerRequest = 40
    /// How many signals behind the last one seen are asked for while nobody knows how many there are.
    private static let lookahead = 8

    private var scanner: SignalScanner
    private var ledger = SignalLedger()
    /// Whether the runner said that it is done.
    private(set) var isDone = false
    /// How many signals the board says it sent.
    private var sent: Int?
    /// Where the answers to requests begin. The board echoes nothing there.
    private var answers: ConsoleOffset?
    private var requests = 0
    /// Requests to the group that came since they were last taken, in whatever order: the board waits for the answer,
    /// so they do not wait for signals that were lost before them.
    private var groupSignals: [GroupSignal] = []
    private var fruitless = 0
    private var last: Progress?

    private struct Progress: Equatable {
        var sent: Int?
        var lost: Int
    }

    /// - Parameter acceptsKernelEchoes: as `SignalScanner.acceptsKernelEchoes`.
    init(from start: ConsoleOffset = .start, acceptsKernelEchoes: Bool = false) {
        scanner = SignalScanner(from: start)
        scanner.acceptsKernelEchoes = acceptsKernelEchoes
    }

    /// Whether signals that came wait for one that did not.
    var hasGap: Bool { ledger.hasGap }

    /// Reads more output.
    ///
    /// - Parameter lost: bytes that are missing before it.
    /// - Returns: the signals whose turn has come.
    mutating func read(_ bytes: some Collection<UInt8>, lost: Int = 0) -> [ReceivedSignal] {
        let before = lost > 0 ? scanner.skip(lost) : []
        return take(before + scanner.feed(bytes))
    }

    /// The console is silent: what has come is all there is for now.
    ///
    /// - Returns: as `read`.
    mutating func settle() -> [ReceivedSignal] {
        take(scanner.settle()) + ledger.settle()
    }

    private mutating func take(_ signals: [ReceivedSignal]) -> [ReceivedSignal] {
        var released: [ReceivedSignal] = []
        for signal in signals {
            if signal.name == "SENT", signal.number == 0 {
                sent = Int(signal.text) ?? sent
                continue
            }
            if signal.name == "DONE", signal.number != nil { isDone = true }
            if signal.number == nil {
                if let answers, signal.end > answers { continue }
            }
            // An unprotected one among protected ones may be what was left of a torn one, and comes again.
            if signal.number != nil || !ledger.isProtected, let request = signal.groupSignal {
                groupSignals.append(request)
            }
            released += ledger.receive(signal)
        }
        return released.filter { $0.name != "DONE" }
    }

    /// The requests to the group that came since the last call.
    mutating func takeGroupSignals() -> [GroupSignal] {
        defer { groupSignals = [] }
        return groupSignals
    }

    /// Which signals the board shall send again. It answers with how many it sent, too, so the list may be empty.
    ///
    /// - Returns: nil when all are here, or further requests are of no use.
    mutating func request() -> [Int]? {
        let lost = ledger.missing(upTo: sent ?? ledger.highest)
        if sent != nil, lost.isEmpty { return nil }
        let progress = Progress(sent: sent, lost: lost.count)
        fruitless = progress == last ? fruitless + 1 : 0
        requests += 1
        last = progress
        answers = answers ?? scanner.position
        guard fruitless < Self.patience, requests <= Self.mostRequests else { return nil }
        return ask(for: lost)
    }

    /// As `request`, while the block still runs as far as is known: the signal that ends it may be among the lost.
    mutating func probe() -> [Int] {
        let highest = ledger.highest
        return ask(for: ledger.missing(upTo: sent ?? (highest + Self.lookahead)))
    }

    private mutating func ask(for lost: [Int]) -> [Int] {
        let numbers = Array(lost.prefix(Self.numbersPerRequest))
        ledger.ask(for: numbers)
        return numbers
    }

    /// No more will come.
    ///
    /// - Returns: the signals that waited for lost ones, and in words what is lost for good.
    mutating func close() -> (rest: [ReceivedSignal], loss: String?) {
        let raw = take(scanner.settle())
        let lost = ledger.missing(upTo: sent ?? ledger.highest).count
        let loss: String?
        if lost > 0 {
            loss = lost == 1 ? "a signal was lost" : "\(lost) signals were lost"
        } else {
            loss = ledger.isProtected && sent == nil ? "how many signals the board sent is not known" : nil
        }
        return (raw + ledger.flush().filter { $0.name != "DONE" }, loss)
    }
}

import LabModel

/// The requests of one board's test to its group: which are open, what was answered, and what is typed at the board.
/// Knows no console and no coordinator.
struct GroupDesk {
    /// What the caller does with a request that came.
    enum Action: Equatable {
        case ask(GroupRequest, token: String)
        /// The board did not get the answer that was typed.
        case type([String])
        case nothing
    }

    /// A request that was closed, with what to type and what to record.
    struct Closed: Equatable {
        var request: GroupRequest
        var lines: [String]
        var failure: Failure?
    }

    /// More requests than any test makes.
    static let mostRequests = 10_000
    /// Bytes of a typed line: far less than a terminal takes.
    private static let longestLine = 400
    /// An answer is not typed again sooner: it may still be on its way.
    private static let patience = Duration.seconds(5)

    private struct Open {
        var request: GroupRequest
        var began: MonotonicTime
        var deadline: MonotonicTime?
    }

    /// The board's wait limit; nil for none but the block's.
    let waitLimit: Duration?
    private var open: [String: Open] = [:]
    private var seen: Set<String> = []
    private var last: (token: String, lines: [String], typed: MonotonicTime)?

    init(waitLimit: Duration?) {
        self.waitLimit = waitLimit
    }

    var hasOpen: Bool { !open.isEmpty }
    var tokens: [String] { open.keys.sorted() }

    /// Takes a request. The board repeats it until it has its answer.
    ///
    /// - Throws: `test` when there are too many.
    mutating func take(_ signal: GroupSignal, at now: MonotonicTime) throws(Failure) -> Action {
        let token = signal.token
        guard seen.insert(token).inserted else {
            guard let typed = last, typed.token == token, now.duration(since: typed.typed) >= Self.patience else {
                return .nothing
            }
            last?.typed = now
            return .type(typed.lines)
        }
        guard seen.count <= Self.mostRequests else {
            throw Failure(.test, "the test makes more than \(Self.mostRequests) calls to its group")
        }
        open[token] = Open(
            request: signal.request, began: now,
            deadline: signal.request.isAnswered ? waitLimit.map { now.advanced(by: $0) } : nil)
        return .ask(signal.request, token: token)
    }

    /// An answer came.
    mutating func close(_ token: String, _ reply: GroupReply, at now: MonotonicTime) -> Closed? {
        guard let request = open.removeValue(forKey: token)?.request else { return nil }
        let lines: [String]
        var failure: Failure?
        switch reply {
        case .done(let messages): lines = Self.lines(request, token: token, messages)
        case .refused(let reason):
            lines = Self.refusal(request, token: token)
            failure = .refused(request, reason)
        }
        if !lines.isEmpty { last = (token, lines, now) }
        return Closed(request: request, lines: lines, failure: failure)
    }

    /// Requests whose time is up.
    func expired(at now: MonotonicTime) -> [String] {
        open.filter { $0.value.deadline.map { $0 <= now } ?? false }.keys.sorted()
    }

    /// Gives a request up.
    mutating func expire(_ token: String, missing: String?, at now: MonotonicTime) -> Closed? {
        guard let one = open.removeValue(forKey: token) else { return nil }
        return Closed(
            request: one.request, lines: Self.refusal(one.request, token: token),
            failure: .unanswered(one.request, after: now.duration(since: one.began), missing: missing))
    }

    // MARK: What is typed

    private static func refusal(_ request: GroupRequest, token: String) -> [String] {
        guard request.isAnswered else { return [] }
        return ["<LAVA_\(request.verb)_COMPLETE nack _r=\(token)>"]
    }

    /// The answer as LAVA types it, with the number of values and the request it belongs to; in several lines when it is
    /// long.
    private static func lines(_ request: GroupRequest, token: String, _ messages: [GroupMessage]) -> [String] {
        guard request.isAnswered else { return [] }
        let pairs = messages.flatMap { message in message.pairs.map { "\(message.job):\($0.key)=\($0.value)" } }
        var pieces: [[String]] = [[]]
        var size = 0
        for pair in pairs {
            if size + pair.utf8.count > longestLine, size > 0 {
                pieces.append([])
                size = 0
            }
            pieces[pieces.count - 1].append(pair)
            size += pair.utf8.count + 1
        }
        return pieces.enumerated().map { index, piece in
            let isLast = index == pieces.count - 1
            let end = isLast ? ["_k=\(pairs.count)", "_r=\(token)"] : ["_r=\(token)"]
            return "<LAVA_\(request.verb)_\(isLast ? "COMPLETE" : "DATA") \((piece + end).joined(separator: " "))>"
        }
    }
}

import LabModel

/// One read transfer as its sender sees it: a lock-step or windowed protocol over datagrams that may be lost, doubled
/// or late (RFC 1350, 2347, 2348, 2349, 7440). No I/O: events go in, actions come out.
struct TFTPTransfer: Hashable, Sendable {
    /// A run of blocks to read and send.
    struct Window: Hashable, Sendable {
        /// From 1, not wrapped; the packet carries the low 16 bits.
        var firstBlock: Int64
        var blocks: Int
        /// Of the first block in the file.
        var offset: Int64
        /// Of all blocks together, in bytes.
        var length: Int
    }

    enum Action: Hashable, Sendable {
        case sendOptions([TFTPOption])
        case send(Window)
        /// (Re)start the timer.
        case wait(Duration)
        case sendError(TFTPError)
        case end(Outcome)
    }

    enum Outcome: Hashable, Sendable {
        case complete
        /// The board ended it, as U-Boot does when it only asks for the size.
        case refused(TFTPError)
        case timedOut
    }

    private enum State: Hashable, Sendable {
        case idle, offering, sending, ended
    }

    static let maximumBlockSize = 65464
    /// Bounds the memory of one transfer: at most this many blocks are under way.
    static let maximumWindow = 64
    static let maximumRetries = 5

    private let fileSize: Int64
    private let lastBlock: Int64
    private(set) var blockSize = 512
    private(set) var windowSize = 1
    private var timeout: Duration
    private let accepted: [TFTPOption]
    private var state = State.idle
    /// The last block that is known to have arrived.
    private var acknowledged: Int64 = 0
    /// The last block that was sent.
    private var sent: Int64 = 0
    private var retries = 0
    private var hasAnsweredDuplicate = false

    /// - Parameter timeout: until a packet is sent again, unless the client asks for another.
    init(options: [TFTPOption], fileSize: Int64, timeout: Duration = .seconds(1)) {
        self.fileSize = fileSize
        self.timeout = timeout
        var accepted: [TFTPOption] = []
        for option in options where !accepted.contains(where: { $0.name == option.name }) {
            guard let number = Int64(option.value) else { continue }
            switch option.name {
            case "blksize" where (8...65464).contains(number): blockSize = Int(number)
            case "tsize" where number >= 0:
                accepted.append(TFTPOption("tsize", String(fileSize)))
                continue
            case "timeout" where (1...255).contains(number): self.timeout = .seconds(number)
            case "windowsize" where (1...65535).contains(number):
                windowSize = min(Int(number), Self.maximumWindow)
                accepted.append(TFTPOption("windowsize", String(windowSize)))
                continue
            default: continue
            }
            accepted.append(option)
        }
        self.accepted = accepted
        // A file that fills its last block is ended by an empty one.
        lastBlock = fileSize / Int64(blockSize) + 1
    }

    mutating func start() -> [Action] {
        guard state == .idle else { return [] }
        if accepted.isEmpty {
            state = .sending
            return sendWindow()
        }
        state = .offering
        return [.sendOptions(accepted), .wait(timeout)]
    }

    mutating func received(_ packet: TFTPPacket) -> [Action] {
        switch packet {
        case .acknowledgement(let number): return acknowledge(number)
        case .error(let error): return end(.refused(error))
        default:
            if state == .ended { return [] }
            return [.sendError(.illegalOperation)] + end(.refused(.illegalOperation))
        }
    }

    mutating func timerFired() -> [Action] {
        guard state == .offering || state == .sending else { return [] }
        retries += 1
        guard retries <= Self.maximumRetries else {
            return [.sendError(.undefined("no answer"))] + end(.timedOut)
        }
        if state == .offering { return [.sendOptions(accepted), .wait(timeout)] }
        return sendWindow()
    }

    private mutating func acknowledge(_ number: UInt16) -> [Action] {
        switch state {
        case .idle, .ended: return []
        case .offering:
            // RFC 2347: the client agrees to the options by acknowledging block 0.
            guard number == 0 else { return [] }
            state = .sending
            return progress(to: 0)
        case .sending:
            // Only 16 bits travel: the block meant is the one of that number among those under way.
            let distance = Int64(number &- UInt16(truncatingIfNeeded: acknowledged))
            let block = acknowledged + distance
            guard block <= sent else { return [] }
            return distance == 0 ? duplicate() : progress(to: block)
        }
    }

    private mutating func progress(to block: Int64) -> [Action] {
        acknowledged = block
        retries = 0
        hasAnsweredDuplicate = false
        if block == lastBlock { return end(.complete) }
        return sendWindow()
    }

    /// The last acknowledgement again. In lock step it is ignored, or every doubled packet would double all that
    /// follow (RFC 1123 4.2.3.1). In a window it may mean that the first block was lost (RFC 7440 section 4): it is
    /// answered once, and after that only the timer sends again.
    private mutating func duplicate() -> [Action] {
        guard windowSize > 1, !hasAnsweredDuplicate else { return [] }
        hasAnsweredDuplicate = true
        return sendWindow()
    }

    private mutating func sendWindow() -> [Action] {
        let first = acknowledged + 1
        sent = min(acknowledged + Int64(windowSize), lastBlock)
        let offset = acknowledged * Int64(blockSize)
        let end = min(sent * Int64(blockSize), fileSize)
        let window = Window(
            firstBlock: first, blocks: Int(sent - acknowledged), offset: offset, length: Int(end - offset))
        return [.send(window), .wait(timeout)]
    }

    private mutating func end(_ outcome: Outcome) -> [Action] {
        if state == .ended { return [] }
        state = .ended
        return [.end(outcome)]
    }
}

import LabModel

/// One boot of a campaign, as its journal keeps it.
public struct JournalEntry: Hashable, Sendable {
    public var state: StateID
    public var reason: BootReason
    public var outcome: BootOutcome
    /// Since the campaign began, all its runs together.
    public var elapsed: Duration

    public init(state: StateID, reason: BootReason, outcome: BootOutcome, elapsed: Duration) {
        self.state = state
        self.reason = reason
        self.outcome = outcome
        self.elapsed = elapsed
    }

    func encode(_ writer: inout ByteWriter) {
        writer.put(state.description)
        switch reason {
        case .explore(let model):
            writer.put(UInt8(0))
            writer.put(model.rawValue)
        case .recheck(let other):
            writer.put(UInt8(1))
            writer.put(other.description)
        case .explain(let other):
            writer.put(UInt8(2))
            writer.put(other.description)
        case .doubt(let other):
            writer.put(UInt8(3))
            writer.put(other.description)
        }
        writer.put(elapsed.nanoseconds)
        outcome.facts.encode(&writer)
        outcome.log.encode(&writer)
        outcome.recording.encode(&writer)
    }

    init(_ reader: inout ByteReader) throws {
        state = try StateID(parsing: reader.takeText())
        let kind = try reader.take(UInt8.self)
        let text = try reader.takeText()
        switch kind {
        case 0:
            guard let model = ModelName(rawValue: text) else { throw ByteReader.Malformed() }
            reason = .explore(model)
        case 1: reason = .recheck(of: try StateID(parsing: text))
        case 2: reason = .explain(try StateID(parsing: text))
        case 3: reason = .doubt(of: try StateID(parsing: text))
        default: throw ByteReader.Malformed()
        }
        elapsed = .nanoseconds(try reader.take(Int64.self))
        outcome = BootOutcome(
            facts: try TrialFacts(&reader), log: try ReadLog(&reader), recording: try BootRecording(&reader))
    }
}

extension TrialFacts {
    fileprivate func encode(_ writer: inout ByteWriter) {
        writer.put(end.rawValue)
        writer.put(version)
        writer.put(slot)
        writer.put(confirmedVersion)
        writer.put(UInt8(isWhole.map { $0 ? 1 : 2 } ?? 0))
        writer.put(UInt8(isHealed.map { $0 ? 1 : 2 } ?? 0))
        writer.put(boots)
        writer.put(sawNewVersion)
        writer.put(seconds.bitPattern)
        writer.put(UInt32(consoleTail.count))
        for line in consoleTail { writer.put(line) }
    }

    fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Malformed) {
        guard let end = End(rawValue: try reader.takeText()) else { throw ByteReader.Malformed() }
        self.init(end: end)
        version = try reader.takeOptionalText()
        slot = try reader.takeOptionalText()
        confirmedVersion = try reader.takeOptionalText()
        isWhole = try reader.takeAnswer()
        isHealed = try reader.takeAnswer()
        boots = try reader.takeInt()
        sawNewVersion = try reader.takeBool()
        seconds = Double(bitPattern: try reader.take(UInt64.self))
        for _ in 0..<(try reader.takeCount(itemSize: 4)) { consoleTail.append(try reader.takeText()) }
    }
}

extension ReadLog {
    fileprivate func encode(_ writer: inout ByteWriter) {
        writer.put(UInt32(runs.count))
        for run in runs {
            writer.put(run.start)
            writer.put(run.count)
        }
        writer.put(UInt32(blocks.words.count))
        for word in blocks.words { writer.put(word) }
    }

    fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Malformed) {
        self.init()
        for _ in 0..<(try reader.takeCount(itemSize: 16)) {
            let run = Run(start: try reader.takeInt(), count: try reader.takeInt())
            guard run.start >= 0, run.count > 0, run.start < 1 << 48, run.count < 1 << 48 else {
                throw ByteReader.Malformed()
            }
            runs.append(run)
        }
        var words: [UInt64] = []
        for _ in 0..<(try reader.takeCount(itemSize: 8)) { words.append(try reader.take(UInt64.self)) }
        blocks = BlockBitmap(words: words)
    }
}

extension BootRecording {
    fileprivate func encode(_ writer: inout ByteWriter) {
        writer.put(leftOut)
        writer.put(UInt32(events.count))
        for event in events {
            switch event {
            case .write(let write):
                writer.put(UInt8(0))
                writer.bytes += TraceFormat.body(write, digest: nil)
                guard write.content == .data else { break }
                let start = payloadOffsets[write.number - 1]
                writer.bytes += payload[start..<start + write.length]
            case .flush(let flush):
                writer.put(UInt8(1))
                writer.bytes += TraceFormat.body(flush)
            case .mark(let mark):
                writer.put(UInt8(2))
                writer.bytes += TraceFormat.body(mark)
            }
        }
    }

    fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Malformed) {
        self.init()
        leftOut = try reader.takeInt()
        guard leftOut >= 0 else { throw ByteReader.Malformed() }
        for _ in 0..<(try reader.takeCount(itemSize: 9)) {
            switch try reader.take(UInt8.self) {
            case 0:
                let write = try TraceFormat.write(&reader, number: writeCount + 1, digested: false).0
                guard write.offset >= 0, write.length > 0, write.length % sectorSize == 0,
                    write.offset % sectorSize == 0
                else { throw ByteReader.Malformed() }
                let bytes = write.content == .data ? try reader.takeBytes(write.length) : nil
                if let bytes {
                    bytes.withUnsafeBytes { append(write, bytes: $0) }
                } else {
                    append(write, bytes: nil)
                }
            case 1:
                let flush = TraceFlush(
                    isAmbiguous: try reader.takeBool(),
                    time: MonotonicTime(nanoseconds: try reader.take(Int64.self)), writesBefore: writeCount)
                events.append(.flush(flush))
            default:
                events.append(.mark(try TraceFormat.mark(&reader, writesBefore: writeCount)))
            }
        }
    }
}

extension ByteReader {
    fileprivate mutating func takeAnswer() throws(Malformed) -> Bool? {
        switch try take(UInt8.self) {
        case 0: return nil
        case 1: return true
        case 2: return false
        default: throw Malformed()
        }
    }
}

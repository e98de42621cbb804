import LabModel
import PowerCut

/// A seeded generator of the tests.
struct Chance: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func upTo(_ bound: Int) -> Int { Int(truncatingIfNeeded: next() >> 11) % bound }
}

/// A recording small enough to know every state of it: sectors hold one byte's value 512 times.
struct ToyTrace {
    enum Event {
        case write(sector: Int, values: [UInt8], isFUA: Bool, isAmbiguous: Bool)
        case flush(isAmbiguous: Bool)
        case phase(String)
        case success
        case acknowledged(Int)
    }

    var base: [UInt8]
    var events: [Event] = []
    var writes: [(sector: Int, values: [UInt8])] = []

    init(base: [UInt8], events: [Event]) {
        self.base = base
        self.events = events
        index()
    }

    private mutating func index() {
        writes = events.compactMap {
            if case .write(let sector, let values, _, _) = $0 { (sector, values) } else { nil }
        }
    }

    /// A random update of `sectors` sectors with `writes` writes, and at most `volatile` of them in one epoch.
    init(_ chance: inout Chance, sectors: Int, writes: Int, volatile: Int) {
        base = (0..<sectors).map { _ in UInt8(chance.upTo(3)) }
        var inEpoch = 0
        for _ in 0..<writes {
            let length = chance.upTo(4) == 0 ? 1 + chance.upTo(min(4, sectors)) : 1
            let sector = chance.upTo(sectors - length + 1)
            let values = (0..<length).map { _ in UInt8(chance.upTo(3)) }
            events.append(
                .write(
                    sector: sector, values: values, isFUA: chance.upTo(8) == 0, isAmbiguous: chance.upTo(4) == 0))
            inEpoch += 1
            if chance.upTo(3) == 0 { events.append(.flush(isAmbiguous: chance.upTo(4) == 0)) }
            if inEpoch >= volatile - 1 {
                events += [.flush(isAmbiguous: false), .flush(isAmbiguous: false)]
                inEpoch = 0
            }
            if chance.upTo(12) == 0 { events.append(.phase("p\(chance.upTo(3))")) }
        }
        index()
    }

    func space() throws -> CrashSpace {
        let image = try BaseImage(contents: base.flatMap { [UInt8](repeating: $0, count: 512) })
        let header = TraceHeader(
            baseDigest: image.digest(), baseSize: image.size, recordedAt: WallTime(nanoseconds: 0))
        return try CrashSpace(base: image, trace: Trace(header: header, recording: recording))
    }

    var recording: BootRecording {
        var recording = BootRecording()
        for (index, event) in events.enumerated() {
            let time = MonotonicTime(nanoseconds: Int64(index) * 1_000_000)
            switch event {
            case .write(let sector, let values, let isFUA, let isAmbiguous):
                if values.allSatisfy({ $0 == 0 }) {
                    recording.clear(
                        offset: sector * 512, length: values.count * 512, isFUA: isFUA, isAmbiguous: isAmbiguous,
                        at: time)
                } else {
                    recording.write(
                        offset: sector * 512, values.flatMap { [UInt8](repeating: $0, count: 512) }, isFUA: isFUA,
                        isAmbiguous: isAmbiguous, at: time)
                }
            case .flush(let isAmbiguous): recording.flush(isAmbiguous: isAmbiguous, at: time)
            case .phase(let name): recording.mark("PHASE \(name)", phase: name, at: time)
            case .success: recording.mark("done", isSuccess: true, at: time)
            case .acknowledged(let number): recording.mark(RecordingMarks.acknowledged(number), at: time)
            }
        }
        return recording
    }

    // MARK: The same by definition, slowly

    /// The disk with exactly these writes, in order.
    func disk(_ present: (Int) -> Bool) -> [UInt8] {
        var disk = base
        for index in writes.indices where present(index + 1) {
            let write = writes[index]
            for place in write.values.indices { disk[write.sector + place] = write.values[place] }
        }
        return disk
    }

    /// The disk with a prefix, and of the next write some of its sectors.
    func disk(prefix: Int, next kept: Range<Int>) -> [UInt8] {
        var disk = disk { $0 <= prefix }
        let write = writes[prefix]
        for place in kept { disk[write.sector + place] = write.values[place] }
        return disk
    }

    /// Whether `write` is durable at a cut after `cut` writes: FUA, or a flush that completed before write `cut`, and a
    /// reply into an empty socket between the write's arrival and the flush's.
    func isDurable(_ write: Int, atCut cut: Int) -> Bool {
        var places: [Int] = []
        for (index, event) in events.enumerated() { if case .write = event { places.append(index) } }
        guard case .write(_, _, let isFUA, _) = events[places[write - 1]], write <= cut else { return false }
        if isFUA { return true }
        var isSeen = false
        for event in events[places[write - 1]..<places[cut - 1]] {
            switch event {
            case .write(_, _, _, let isAmbiguous): if !isAmbiguous { isSeen = true }
            case .flush(let isAmbiguous):
                if isSeen { return true }
                if !isAmbiguous { isSeen = true }
            case .phase, .success, .acknowledged: break
            }
        }
        return false
    }
}

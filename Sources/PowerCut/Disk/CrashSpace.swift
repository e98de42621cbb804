public import LabModel

/// Everything that the crash states of one recording have in common: base image, trace, and what is derived from them.
/// Built once, shared by all views. A state costs nothing until it is read.
public final class CrashSpace: Sendable {
    public let base: BaseImage
    public let trace: Trace
    /// Which writes a flush had made durable at which cut.
    public let epochs: FlushEpochs
    let index: SectorIndex
    let classes: SectorClasses
    /// Where the updater reported success: the event, and the writes before it.
    let success: Moment?
    /// Where something was acknowledged, in order; each number is the largest until then.
    let acknowledgements: [(number: Int, at: Moment)]

    /// A place in the trace: the event, and the writes before it.
    struct Moment: Sendable {
        var event: Int
        var writes: Int
    }

    /// Indexes `trace` over `base`. Does not compare the base image's digest: see `BaseImage.check(against:)`.
    /// Throws when the sizes disagree or the trace is too entangled to be indexed.
    public init(base: BaseImage, trace: Trace) throws(Failure) {
        guard base.size == trace.header.baseSize else {
            throw Failure(
                .job,
                "the base image has \(base.size) bytes, the trace was recorded on one of \(trace.header.baseSize)",
                advice: "keep base image and trace together")
        }
        if let write = trace.writes.first(where: { $0.offset < 0 || $0.offset + $0.length > base.size }) {
            throw Failure(.job, "write \(write.number) of the trace lies outside the disk")
        }
        success =
            trace.events.enumerated().lazy.compactMap { index, event in
                guard case .mark(let mark) = event, mark.isSuccess else { return nil }
                return Moment(event: index, writes: mark.writesBefore)
            }.first
        acknowledgements = trace.events.enumerated().reduce(into: []) { found, entry in
            guard case .mark(let mark) = entry.element,
                let number = RecordingMarks.acknowledgedNumber(in: mark.text)
            else { return }
            let moment = Moment(event: entry.offset, writes: mark.writesBefore)
            found.append((max(number, found.last?.number ?? number), moment))
        }
        self.base = base
        self.trace = trace
        epochs = FlushEpochs(trace)
        index = try SectorIndex(trace.writes)
        classes = SectorClasses(trace: trace, base: base, index: index)
    }

    /// Disk size in bytes.
    public var size: Int { base.size }

    /// How many sectors the trace wrote at least once.
    public var versionedSectorCount: Int { index.slotCount }

    /// Whether the trace wrote `sector` at least once.
    public func isVersioned(sector: Int) -> Bool { index.extent(holding: sector) != nil }
}

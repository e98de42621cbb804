public import LabModel

/// A state that was booted, and stands for every state that gives the same bytes to what it read.
public struct Representative: Sendable {
    public let state: CrashState
    public let facts: TrialFacts
    /// What the boot read, in order.
    public let log: ReadLog
    /// What the boot wrote, as far as repeated cuts need it.
    public let recording: BootRecording

    // The versioned sectors read, ascending, neighbours joined.
    let readSectors: [Range<Int>]
    // Sectors read that only recovery boots before this one had written.
    let foreignSectors: [Int]

    public init(state: CrashState, facts: TrialFacts, log: ReadLog, recording: BootRecording) {
        self.state = state
        self.facts = facts
        self.log = log
        self.recording = recording
        var ranges: [Range<Int>] = []
        for sectors in log.runs.map(\.sectors).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = ranges.last, last.upperBound >= sectors.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, sectors.upperBound)
            } else {
                ranges.append(sectors)
            }
        }
        readSectors = ranges
        foreignSectors = state.overlay.places.keys.filter {
            log.blocks.contains(sector: $0) && state.space.index.extent(holding: $0) == nil
        }.sorted()
    }

    /// The parts of `sectors` that the boot read, all of them versioned.
    func reads(in sectors: Range<Int>) -> ArraySlice<Range<Int>> {
        var low = 0
        var high = readSectors.count
        while low < high {
            let middle = (low + high) / 2
            if readSectors[middle].upperBound > sectors.lowerBound { high = middle } else { low = middle + 1 }
        }
        var end = low
        while end < readSectors.count, readSectors[end].lowerBound < sectors.upperBound { end += 1 }
        return readSectors[low..<end]
    }
}

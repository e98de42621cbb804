import PowerCut
import Testing

@Suite struct FlushEpochsTests {
    private func epochs(_ events: [ToyTrace.Event]) throws -> FlushEpochs {
        try ToyTrace(base: [UInt8](repeating: 0, count: 16), events: events).space().epochs
    }

    private func write(_ sector: Int, isFUA: Bool = false, isAmbiguous: Bool = false) -> ToyTrace.Event {
        .write(sector: sector, values: [1], isFUA: isFUA, isAmbiguous: isAmbiguous)
    }

    @Test func aFlushCoversWhatCameBeforeIt() throws {
        let epochs = try epochs([write(0), write(1), .flush(isAmbiguous: false), write(2)])
        #expect(epochs.volatileWrites(atCut: 2) == [1, 2])
        #expect(epochs.volatileWrites(atCut: 3) == [3])
        #expect(epochs.durablePrefix(atCut: 3) == 2)
    }

    @Test func forcedUnitAccessIsDurableAtOnce() throws {
        let epochs = try epochs([write(0), write(1, isFUA: true), write(2)])
        #expect(epochs.volatileWrites(atCut: 3) == [1, 3])
        #expect(epochs.durablePrefix(atCut: 3) == 0)
        #expect(epochs.windows.map(\.cut) == [1, 3])
    }

    @Test func aWriteStillUnansweredWhenTheFlushWasSentStaysVolatile() throws {
        let epochs = try epochs([
            write(0, isAmbiguous: true), .flush(isAmbiguous: false), write(1), .flush(isAmbiguous: false), write(2),
        ])
        #expect(epochs.volatileWrites(atCut: 2) == [1, 2])
        #expect(epochs.volatileWrites(atCut: 3) == [3])
    }

    @Test func aQueueThatWasSeenEmptyInBetweenCounts() throws {
        let epochs = try epochs([
            write(0, isAmbiguous: true), write(1), .flush(isAmbiguous: false), write(2),
        ])
        #expect(epochs.volatileWrites(atCut: 3) == [3])
    }

    @Test func flushesInAQueueCoverNothingOfThatQueue() throws {
        let epochs = try epochs([
            write(0, isAmbiguous: true), .flush(isAmbiguous: true), .flush(isAmbiguous: false), write(1),
        ])
        #expect(epochs.volatileWrites(atCut: 2) == [1, 2])
    }
}

import LabModel
import PowerCut
import Testing

@Suite struct CrashViewTests {
    private let now = MonotonicTime(nanoseconds: 0)

    private func view(_ text: String = "w2") throws -> CrashView {
        // 16 sectors, of which 2...5 are written twice and 9 once.
        let trace = ToyTrace(
            base: (0..<16).map { UInt8($0 + 100) },
            events: [
                .write(sector: 2, values: [1, 2, 3, 4], isFUA: false, isAmbiguous: false),
                .write(sector: 4, values: [5, 6, 0, 7], isFUA: false, isAmbiguous: false),
                .write(sector: 9, values: [8], isFUA: false, isAmbiguous: false),
            ])
        return CrashView(try CrashState(StateID(parsing: text), in: trace.space()))
    }

    private func values(_ view: inout CrashView, _ sectors: Range<Int> = 0..<16) throws -> [UInt8] {
        let bytes = try view.read(offset: sectors.lowerBound * 512, length: sectors.count * 512)
        return stride(from: 0, to: bytes.count, by: 512).map { bytes[$0] }
    }

    @Test(arguments: [
        ("w0", [UInt8]([100, 101, 102, 103, 104, 105, 106, 107, 108, 109])),
        ("w1", [100, 101, 1, 2, 3, 4, 106, 107, 108, 109]),
        ("w1:first1", [100, 101, 1, 2, 5, 4, 106, 107, 108, 109]),
        ("w1:last3", [100, 101, 1, 2, 3, 6, 0, 7, 108, 109]),
        ("w3", [100, 101, 1, 2, 5, 6, 0, 7, 108, 8]),
        ("w0-3{1,3}", [100, 101, 1, 2, 3, 4, 106, 107, 108, 8]),
    ])
    func showsTheStateItIsOf(text: String, expected: [UInt8]) throws {
        var view = try view(text)
        #expect(try values(&view, 0..<10) == expected)
    }

    @Test func itsOwnWritesLieOnTop() throws {
        var view = try view()
        try view.write(offset: 3 * 512, [UInt8](repeating: 77, count: 1024), at: now)
        try view.clear(offset: 5 * 512, length: 512, at: now)
        #expect(try values(&view, 2..<7) == [1, 77, 77, 0, 0])
        #expect(view.recording.writeCount == 2 && view.recording.payloadSize == 1024)
        #expect(view.recording.bytes(ofWrite: 2) == [UInt8](repeating: 0, count: 512))
    }

    @Test func logsVersionedSectorsOnceInOrderBeforeTheyAreOverwritten() throws {
        var view = try view()
        _ = try values(&view, 9..<10)
        try view.write(offset: 4 * 512, [UInt8](repeating: 77, count: 512), at: now)
        _ = try values(&view, 0..<16)
        _ = try values(&view, 0..<16)
        #expect(view.readLog.runs == [.init(start: 9, count: 1), .init(start: 2, count: 2), .init(start: 5, count: 3)])
        #expect(view.readLog.blocks.count == 2 && view.readLog.blocks.contains(block: 1))
    }

    @Test func refusesWhatIsNotWholeSectorsOfTheDisk() throws {
        var view = try view()
        #expect(throws: Failure.self) { _ = try view.read(offset: 1, length: 512) }
        #expect(throws: Failure.self) { _ = try view.read(offset: 0, length: 511) }
        #expect(throws: Failure.self) { _ = try view.read(offset: 15 * 512, length: 1024) }
        #expect(throws: Failure.self) { _ = try view.read(offset: -512, length: 512) }
        #expect(throws: Failure.self) { try view.write(offset: 16 * 512, [UInt8](repeating: 0, count: 512), at: now) }
        #expect(throws: Failure.self) { try view.clear(offset: .max - 511, length: .max - 511, at: now) }
        #expect(throws: Never.self) { _ = try view.read(offset: 16 * 512, length: 0) }
    }

    @Test func whatABootMayWriteIsBounded() throws {
        var view = CrashView(try view().state, limit: 1024)
        for _ in 0..<2 { try view.write(offset: 0, [UInt8](repeating: 0, count: 512), at: now) }
        #expect(throws: Failure.self) { try view.write(offset: 0, [UInt8](repeating: 0, count: 512), at: now) }
    }

    @Test func recoveryBootsAreCutLikeTheUpdate() throws {
        var first = try view("w1")
        try first.write(offset: 0, [UInt8](repeating: 50, count: 1024), at: now)
        first.flush(at: now)
        try first.write(offset: 9 * 512, [UInt8](repeating: 51, count: 512), at: now)
        try first.write(offset: 4 * 512, [UInt8](repeating: 52, count: 1024), at: now)
        let space = first.state.space
        func state(_ text: String) throws -> CrashState {
            try CrashState(StateID(parsing: text), in: space, recoveries: [first.recording])
        }
        var whole = CrashView(try state("w1/3"))
        #expect(try values(&whole, 0..<10) == [50, 50, 1, 2, 52, 52, 106, 107, 108, 51])
        var lost = CrashView(try state("w1/1-3{3}"))
        #expect(try values(&lost, 0..<10) == [50, 50, 1, 2, 52, 52, 106, 107, 108, 109])
        var torn = CrashView(try state("w1/2:last1"))
        #expect(try values(&torn, 0..<10) == [50, 50, 1, 2, 3, 52, 106, 107, 108, 51])
        #expect(throws: Failure.self) { try CrashState(StateID(parsing: "w1/1"), in: space) }
        #expect(throws: Failure.self) { try state("w1/4") }
    }
}

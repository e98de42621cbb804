import Testing

/// RAUC from Debian: it takes the slot that it writes out of the boot order, which is worth as much as the boot script is.
@Suite(.serialized, .enabled(if: Zoo.runsAll)) struct ZooRAUCTests {
    @Test func noStateFails() async throws {
        try await Zoo.explore("rauc") { report in
            #expect(report.failing.isEmpty, "\(report.failing.prefix(5))")
            let ranges = report.ranges(of: "prefix")
            #expect(ranges.map(\.verdict) == ["old", "new"], "\(ranges)")
            // The last write of the order is the switch.
            #expect(ranges.last?.phase == "flip")
            #expect(Set(report.states.map(\.model)) == ["prefix", "torn", "subsets", "adversary"])
            let copying = report.states(of: "adversary").filter { $0.phase == "copy" }
            #expect(copying.map(\.furtherCuts) == Array(0...10))
            #expect(copying.allSatisfy { $0.verdict == "old" }, "\(copying)")
        }
    }

    /// Single cuts do no harm. When the counters run out, the script brings the half-written slot back.
    @Test func aScriptThatResetsTheOrderBootsAHalfWrittenSlot() async throws {
        try await Zoo.explore("rauc-reset-boot-order") { report in
            #expect(report.ranges(of: "prefix").map(\.verdict) == ["old", "new"])
            #expect(report.failing.allSatisfy { $0.model == "adversary" })
            let first = try #require(report.failing.min { $0.furtherCuts < $1.furtherCuts })
            #expect(first.verdict == "corrupt")
            #expect((6...8).contains(first.furtherCuts), "\(first)")
            let before = report.states(of: "adversary").filter { $0.furtherCuts < first.furtherCuts }
            #expect(before.allSatisfy { $0.verdict == "old" })
        }
    }
}

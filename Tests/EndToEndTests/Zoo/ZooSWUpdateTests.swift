import Testing

/// SWUpdate from Debian: it leaves the boot order alone while it writes, unless it is told to disable its target first.
@Suite(.serialized, .enabled(if: Zoo.runsAll)) struct ZooSWUpdateTests {
    @Test func noStateFailsWhileTheTargetIsDisabled() async throws {
        try await Zoo.explore("swupdate") { report in
            #expect(report.failing.isEmpty, "\(report.failing.prefix(5))")
            #expect(report.ranges(of: "prefix").map(\.verdict) == ["old", "new"])
            #expect(Set(report.states.map(\.model)) == ["prefix", "torn", "subsets", "nested", "adversary"])
            for model in ["nested", "adversary"] {
                #expect(report.states(of: model).allSatisfy { $0.verdict == "old" }, "\(report.states(of: model))")
            }
            #expect(report.states(of: "nested").contains { $0.furtherCuts == 2 })
            #expect(report.states(of: "adversary").map(\.furtherCuts) == Array(0...10))
        }
    }

    /// Single cuts do no harm. After three cuts more the running slot has no boots left, and the half-written one has.
    @Test func aTargetThatStaysInTheOrderBootsHalfWritten() async throws {
        try await Zoo.explore("swupdate-slot-enabled") { report in
            #expect(report.ranges(of: "prefix").map(\.verdict) == ["old", "new"])
            #expect(report.failing.allSatisfy { $0.model == "adversary" })
            // The half-written slot runs until its own boots are used up; then all counters begin anew.
            let chain = report.states(of: "adversary").map(\.verdict)
            #expect(chain.count == 11)
            #expect(chain.prefix(3).allSatisfy { $0 == "old" }, "\(chain)")
            #expect(chain.dropFirst(3).prefix(3).allSatisfy { $0 == "corrupt" }, "\(chain)")
            #expect(chain.dropFirst(6).prefix(3).allSatisfy { $0 == "old" }, "\(chain)")
        }
    }
}

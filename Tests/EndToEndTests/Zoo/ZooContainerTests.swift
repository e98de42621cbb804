import Testing

/// A container's update on an ext4 with journal: what is flushed before the rename is there after it.
@Suite(.serialized, .enabled(if: Zoo.runsAll)) struct ZooContainerTests {
    @Test func theFlushedContainerIsOldOrNew() async throws {
        try await Zoo.explore("container") { report in
            #expect(report.failing.isEmpty, "\(report.failing.prefix(5))")
            #expect(report.ranges(of: "prefix").map(\.verdict) == ["old", "new"])
        }
    }

    /// The journal commits names after five seconds; the data behind them waits for thirty.
    @Test func withoutAFlushTheNamesComeBeforeTheData() async throws {
        try await Zoo.explore("container-careless") { report in
            let ranges = report.ranges(of: "prefix").map(\.verdict)
            #expect(ranges == ["old", "corrupt", "new"], "\(ranges)")
            let failing = report.states(of: "prefix").filter { !$0.isAllowed }
            #expect(failing.allSatisfy { ["kill", "clean-up"].contains($0.phase) }, "\(failing)")
        }
    }
}

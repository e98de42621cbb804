import Testing

/// mender-client from Debian: the new version is on trial until it commits.
@Suite(.serialized, .enabled(if: Zoo.runsAll)) struct ZooMenderTests {
    @Test func aCutOfTheTrialFallsBack() async throws {
        try await Zoo.explore("mender") { report in
            #expect(report.failing.isEmpty, "\(report.failing.prefix(5))")
            let ranges = report.ranges(of: "prefix")
            #expect(ranges.map(\.verdict) == ["old", "new", "fell-back", "new"], "\(ranges)")
            // From the first write of the new version's first boot to the write that commits it.
            let back = report.states(of: "prefix").filter { $0.verdict == "fell-back" }
            #expect(back.allSatisfy { ["trial", "commit"].contains($0.phase) }, "\(back)")
            #expect(back.first?.phase == "trial")
            let copying = report.states(of: "adversary").filter { $0.phase == "copy" }
            #expect(copying.map(\.furtherCuts) == Array(0...10))
            #expect(copying.allSatisfy { $0.verdict == "old" }, "\(copying)")
        }
    }
}

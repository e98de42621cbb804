import Testing

/// OSTree from Debian with its U-Boot backend: one link decides, on a file system whose journal U-Boot does not replay.
@Suite(.serialized, .enabled(if: Zoo.runsAll)) struct ZooOSTreeTests {
    /// While the journal is checkpointed, the table of inodes already has what the freed inode of the old link was used for
    /// next, and the directory still names the old one.
    @Test func theLinkLeadsNowhereWhileItIsCheckpointed() async throws {
        try await Zoo.explore("ostree") { report in
            let failing = report.states(of: "prefix").filter { !$0.isAllowed }
            #expect((1...6).contains(failing.count), "\(failing)")
            #expect(failing.allSatisfy { $0.verdict == "bootloader" && $0.phase == "deploy" }, "\(failing)")
            let writes = failing.map(\.writes)
            #expect(writes == Array((writes.first ?? 0)..<(writes.first ?? 0) + writes.count))
            #expect(report.ranges(of: "prefix").last?.verdict == "new")
            #expect(report.failing.allSatisfy { $0.phase == "deploy" }, "\(report.failing)")
        }
    }

    /// The folders that the link can lead to are whole when the link is not.
    @Test func aBootScriptThatTriesBothFoldersSurvives() async throws {
        try await Zoo.explore("ostree-fixed") { report in
            #expect(report.failing.isEmpty, "\(report.failing.prefix(5))")
            #expect(report.ranges(of: "prefix").map(\.verdict) == ["old", "new"])
        }
    }
}

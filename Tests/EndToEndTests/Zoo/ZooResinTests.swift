import Testing

/// A host update as resin's: image, boot files, flag, self-test, a count of tries. And what becomes of it when one step is
/// left out.
@Suite(.serialized, .enabled(if: Zoo.runsAll)) struct ZooResinTests {
    /// Linux frees the old boot script's clusters, and writes that to the FAT before the directory names the new ones. A
    /// file of one cluster would survive, because the boot loader looks at no FAT for it.
    @Test func aRenameOnFATBreaksAFileOfTwoClusters() async throws {
        try await Zoo.explore("resin") { report in
            let failing = report.failing
            #expect(failing.allSatisfy { $0.verdict == "bootloader" && $0.phase == "boot-files" }, "\(failing)")
            let prefixes = report.states(of: "prefix").filter { !$0.isAllowed }.map(\.writes)
            #expect((1...3).contains(prefixes.count), "\(prefixes)")
            let last = report.ranges(of: "prefix").last
            #expect(last?.verdict == "new")
        }
    }

    /// While the old file is open its clusters are not freed. What is written late may still overtake the directory
    /// where a disk loses writes: one recording of three shows it, on a busy host.
    @Test func withTheOldFileHeldNoPrefixFails() async throws {
        try await Zoo.explore("resin-hold") { report in
            let failing = report.failing
            #expect(
                failing.allSatisfy {
                    $0.model == "subsets" && $0.verdict == "bootloader" && $0.phase == "boot-files"
                }, "\(failing.prefix(5))")
            #expect(report.ranges(of: "prefix").map(\.verdict) == ["old", "new"])
            // Whoever cuts each trial again gets the old version back.
            #expect(report.states(of: "adversary").contains { $0.verdict == "old" || $0.verdict == "fell-back" })
        }
    }

    @Test func aFlushRemovedIsFoundWhereWritesAreLost() async throws {
        try await Zoo.explore("resin-no-flush") { report in
            #expect(!report.failing.isEmpty)
            #expect(report.failing.allSatisfy { $0.phase == "boot-files" && $0.verdict == "bootloader" })
            #expect(report.failing.contains { $0.model == "subsets" })
        }
    }

    /// Single cuts do no harm. Three more in the middle of the copy use up the tries of the slot that runs.
    @Test func aCountBeforeTheFlagIsFoundByTheAdversary() async throws {
        try await Zoo.explore("resin-counter-first") { report in
            #expect(report.states(of: "prefix").allSatisfy { $0.isAllowed })
            let first = try #require(report.failing.min { $0.furtherCuts < $1.furtherCuts })
            #expect((2...4).contains(first.furtherCuts), "\(first)")
            #expect(report.failing.allSatisfy { $0.model == "adversary" })
        }
    }

    /// From the moment that the new script is there to the moment that the file it expects is.
    @Test func aBootScriptWithoutADefaultIsFoundByPrefixes() async throws {
        try await Zoo.explore("resin-no-default") { report in
            // The trial's first start may be on the disk before its end is: then a cut goes back to the old version.
            let ranges = report.ranges(of: "prefix").map(\.verdict)
            #expect(ranges.prefix(3) == ["old", "bootloader", "new"] && ranges.last == "new", "\(ranges)")
            #expect(ranges.dropFirst(2).allSatisfy { ["new", "fell-back"].contains($0) }, "\(ranges)")
            let failing = report.failing
            #expect(failing.contains { $0.phase == "flag" })
            #expect(failing.allSatisfy { ["boot-files", "flag"].contains($0.phase) }, "\(failing)")
        }
    }

    @Test func aVersionThatDoesNotWorkNeverStays() async throws {
        try await Zoo.explore("resin-rollback") { report in
            #expect(report.failing.isEmpty, "\(report.failing.prefix(5))")
            #expect(Set(report.states.map(\.verdict)).isSubset(of: ["old", "fell-back"]))
        }
    }
}

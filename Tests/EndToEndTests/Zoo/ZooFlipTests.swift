import Testing

/// One boot script that names the slot, replaced with and without care. Where it lies makes all the difference.
@Suite(.serialized, .enabled(if: Zoo.runsQuick)) struct ZooFlipTests {
    /// U-Boot does not replay the journal: while the rename is written to its place, the name leads to nothing.
    @Test func theTextbookFailsOnExt4ExactlyWhileTheRenameIsCheckpointed() async throws {
        try await Zoo.explore("textbook-ext4") { report in
            let failing = report.failing
            #expect(failing.allSatisfy { $0.verdict == "bootloader" && $0.phase == "flip" }, "\(failing)")
            let prefixes = report.states(of: "prefix").filter { !$0.isAllowed }.map(\.writes)
            let first = try #require(prefixes.first)
            #expect((2...5).contains(prefixes.count) && prefixes == Array(first..<first + prefixes.count))
            // In the subsets too: nowhere else but between the two flushes around them.
            #expect(report.states(of: "torn").contains { !$0.isAllowed })
            #expect(report.states(of: "subsets").contains { !$0.isAllowed })
            #expect(failing.allSatisfy { ((first - 1)...(first + prefixes.count + 1)).contains($0.writes) })
            #expect(report.ranges(of: "prefix").map(\.verdict) == ["old", "bootloader", "new"])
        }
    }

    /// FAT writes the new name's entry in one sector.
    @Test func theTextbookSurvivesOnFAT() async throws {
        try await Zoo.explore("textbook-fat") { report in
            #expect(report.failing.isEmpty, "\(report.failing.prefix(5))")
            #expect(report.ranges(of: "prefix").map(\.verdict) == ["old", "new"])
        }
    }

    /// In place: the name and the blocks stay, and ext4 flushes the slot's data before the script's.
    @Test func theCarelessSurvivesOnExt4() async throws {
        try await Zoo.explore("careless-ext4") { report in
            #expect(report.failing.isEmpty, "\(report.failing.prefix(5))")
            #expect(report.ranges(of: "prefix").map(\.verdict) == ["old", "new"])
        }
    }

    /// In order all is well; but nothing makes the device keep the order.
    @Test func theCarelessFailsOnFATWhereWritesAreLost() async throws {
        try await Zoo.explore("careless-fat") { report in
            #expect(!report.failing.isEmpty)
            #expect(report.failing.allSatisfy { $0.model == "subsets" }, "\(report.failing)")
            #expect(report.failing.contains { $0.verdict == "bootloader" })
        }
    }
}

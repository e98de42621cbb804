import LabModel
import Testing

@testable import LabArtifacts

@Suite struct CacheCatalogueTests {
    @Test func theLeastRecentlyUsedGoesFirst() {
        var catalogue = CacheCatalogue(maximumBytes: 30)
        for name in ["a", "b", "c"] { catalogue.insert(name, size: 10) }
        #expect(catalogue.hold("a") == true)
        #expect(catalogue.release("a").isEmpty)
        catalogue.insert("d", size: 10)
        #expect(catalogue.overflow() == ["b"])
        #expect(catalogue.bytes == 30)
    }

    @Test func aFileInUseStaysUntilItsLastUserLeaves() {
        var catalogue = CacheCatalogue(maximumBytes: 10)
        catalogue.insert("a", size: 50)
        for _ in 0..<2 { #expect(catalogue.hold("a") == true) }
        #expect(catalogue.overflow().isEmpty)
        #expect(catalogue.release("a").isEmpty)
        #expect(catalogue.release("a") == ["a"])
        #expect(catalogue.hold("a") == false)
    }
}

@Suite struct ImageCacheTests {
    @Test func filesAndIndexSurviveARestartAndPartsDoNot() throws {
        let folder = try TemporaryFolder()
        let name = String(repeating: "a", count: 64)
        let root = folder.path + "/cache"
        do {
            let cache = try ImageCache(folder: root, maximumBytes: 100)
            let partial = cache.newPartial()
            try HostFile.create(partial).write([1, 2, 3], at: 0)
            try cache.adopt(partial, sha256: name, size: 3)
            try cache.index.store(CacheIndex.Entry(sha256: name, etag: "\"e\"", lastModified: nil), for: "key")
            try HostFile.create(cache.newPartial()).write([1], at: 0)
        }
        let cache = try ImageCache(folder: root, maximumBytes: 100)
        #expect(cache.hold(name) == cache.path(of: name))
        #expect(cache.index.entry(for: "key") == CacheIndex.Entry(sha256: name, etag: "\"e\"", lastModified: nil))
        #expect(try HostFolder.names(in: root + "/partial").isEmpty)
    }

    @Test func aFileThatSomebodyRemovedIsForgotten() throws {
        let folder = try TemporaryFolder()
        let cache = try ImageCache(folder: folder.path + "/cache", maximumBytes: 100)
        let partial = cache.newPartial()
        try HostFile.create(partial).write([1], at: 0)
        try cache.adopt(partial, sha256: "x", size: 1)
        cache.release("x")
        try HostFolder.remove(cache.path(of: "x"))
        #expect(cache.hold("x") == nil)
    }
}

@Suite struct SharedWorkTests {
    @Test func whoAsksMeanwhileWaitsForTheSameWork() async throws {
        let work = SharedWork<Int>()
        let runs = Counter()
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let reports = Counter()
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    try await work.value(for: "k", progress: { _ in reports.increment() }) { report in
                        runs.increment()
                        start.yield()
                        for await _ in gate { break }
                        report(FetchProgress(bytes: 1, total: nil))
                        return 7
                    }
                }
            }
            for await _ in started { break }
            open.finish()
            return try await group.reduce(0, +)
        }
        #expect(sum == 35)
        // Whoever came after the work was done does it again; nobody does it beside another.
        #expect((1...5).contains(runs.value))
        #expect(reports.value >= 1)
    }

    @Test func aCancelledWorkerHandsOver() async throws {
        let work = SharedWork<String>()
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            try await work.value(for: "k", progress: { _ in }) { _ in
                start.yield()
                try await Task.sleep(for: .seconds(600))
                return "first"
            }
        }
        for await _ in started { break }
        async let second = work.value(for: "k", progress: { _ in }) { _ in "second" }
        first.cancel()
        #expect(try await second == "second")
        await #expect(throws: Failure.self) { try await first.value }
    }

    @Test func aFailureReachesAllAndACancelledFollowerLeavesAlone() async throws {
        let work = SharedWork<Int>()
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let leader = Task {
            try await work.value(for: "k", progress: { _ in }) { _ in
                start.yield()
                for await _ in gate { break }
                throw Failure(.infrastructure, "no")
            }
        }
        for await _ in started { break }
        let follower = Task { try await work.value(for: "k", progress: { _ in }) { _ in 1 } }
        follower.cancel()
        await #expect(throws: (any Error).self) { try await follower.value }
        open.finish()
        let failure = await #expect(throws: Failure.self) { try await leader.value }
        #expect(failure?.message == "no")
    }
}

import LabModel
import Logging

@testable import LabArtifacts

/// A store of one test, shut down at its end.
struct StoreFixture {
    let store: ImageStore
    let folder: TemporaryFolder
    /// Where the store works: the test's folder, or another file system.
    let root: String

    static func with<T>(
        root: String? = nil, _ adjust: (inout ImageStoreSettings) -> Void = { _ in },
        _ body: (StoreFixture) async throws -> T
    ) async throws -> T {
        let folder = try TemporaryFolder()
        let root = root ?? folder.path
        var settings = ImageStoreSettings(
            cacheFolder: root + "/cache", allowedFolders: [try folder.folder("allowed")])
        adjust(&settings)
        let store = try ImageStore(settings, clock: InstantClock(), logger: Logger(label: "test"))
        do {
            let result = try await body(StoreFixture(store: store, folder: folder, root: root))
            await store.shutdown()
            return result
        } catch {
            await store.shutdown()
            throw error
        }
    }

    func fetch(_ image: ImageRequest, keepsCompression: Bool = false) async throws(Failure) -> FetchedImage {
        try await store.fetch(image, into: root + "/job", keepsCompression: keepsCompression) { _ in }
    }

    /// Files that the cache and the job's folder hold.
    func kept() throws -> [String] {
        try ["cache/partial", "cache/files", "cache/index", "job"].flatMap { name -> [String] in
            let path = root + "/" + name
            guard try HostFolder.kind(of: path) != nil else { return [] }
            return try HostFolder.names(in: path).map { name + "/" + $0 }
        }
    }
}

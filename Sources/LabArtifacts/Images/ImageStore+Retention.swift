public import LabModel

extension ImageStore {
    /// A cached image that nobody uses.
    public struct IdleImage: Hashable, Sendable {
        public var sha256: String
        public var size: Int64

        public init(sha256: String, size: Int64) {
            self.sha256 = sha256
            self.size = size
        }
    }

    /// Cached images that no job uses now and none used since `moment`, those that were not used for longest first.
    public func idleImages(unusedSince moment: WallTime) async -> [IdleImage] {
        let seconds = moment.nanoseconds / 1_000_000_000
        let found = try? await BlockingWork.run { [cache] _ in
            cache.idle(unusedSince: seconds).map { IdleImage(sha256: $0.name, size: $0.size) }
        }
        return found ?? []
    }

    /// The SHA-256 of the cached file that a download would begin with; nil when there is none.
    public func cached(_ download: PlanDownload) -> String? {
        guard let url = try? ImageURL(download.url) else { return nil }
        return cache.index.entry(for: Self.key(url, download.headers))?.sha256
    }

    /// Removes a cached image unless a job uses it.
    ///
    /// - Returns: whether it went.
    public func evict(_ image: IdleImage) async -> Bool {
        let went = try? await BlockingWork.run { [cache] _ in cache.evict(image.sha256) }
        return went ?? false
    }
}

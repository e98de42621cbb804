/// Fetches files by URL into a shared cache.
public protocol ArtifactSource: Sendable {
    /// Downloads, checks and unpacks one image into `directory`.
    ///
    /// The file's digests are checked as downloaded; the result is unpacked unless `keepsCompression` is set.
    ///
    /// - Throws: `infrastructure` when it cannot be fetched, `job` when its digest or form is wrong; `CancellationError`
    ///   as a `canceled` failure.
    func fetch(
        _ image: ImageRequest, into directory: String, keepsCompression: Bool,
        progress: @escaping @Sendable (FetchProgress) -> Void
    ) async throws(Failure) -> FetchedImage
}

/// How far a download is.
public struct FetchProgress: Hashable, Sendable {
    public var bytes: Int64
    /// Nil when the server does not say.
    public var total: Int64?

    public init(bytes: Int64, total: Int64?) {
        self.bytes = bytes
        self.total = total
    }
}

/// A file that was fetched.
public struct FetchedImage: Hashable, Sendable, Codable {
    public var name: String
    /// Absolute path of the file to use.
    public var path: String
    /// Size of the file as downloaded, in bytes.
    public var size: Int64
    /// Lower-case hexadecimal SHA-256 of the file as downloaded.
    public var sha256: String
    public var cameFromCache: Bool

    public init(name: String, path: String, size: Int64, sha256: String, cameFromCache: Bool) {
        self.name = name
        self.path = path
        self.size = size
        self.sha256 = sha256
        self.cameFromCache = cameFromCache
    }
}

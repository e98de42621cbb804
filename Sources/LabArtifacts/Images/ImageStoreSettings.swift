/// How images are fetched and kept.
public struct ImageStoreSettings: Hashable, Sendable {
    /// Absolute path of the cache; labd's alone.
    public var cacheFolder: String
    /// Files in use may exceed it for a while.
    public var maximumCacheBytes: Int64
    /// Of one file as downloaded.
    public var maximumDownloadBytes: Int64
    public var unpackLimits: UnpackLimits
    /// Folders whose files jobs may name by `file://`.
    public var allowedFolders: [String]
    /// Tries of one download, 1 or more.
    public var attempts: Int
    /// How long a server may send nothing.
    public var idleTimeout: Duration
    public var connectTimeout: Duration
    public var maximumRedirects: Int
    /// Between two reports of progress.
    public var progressInterval: Duration

    public init(
        cacheFolder: String, maximumCacheBytes: Int64 = 20 << 30, maximumDownloadBytes: Int64 = 4 << 30,
        unpackLimits: UnpackLimits = UnpackLimits(), allowedFolders: [String] = [], attempts: Int = 3,
        idleTimeout: Duration = .seconds(60), connectTimeout: Duration = .seconds(10), maximumRedirects: Int = 5,
        progressInterval: Duration = .milliseconds(250)
    ) {
        self.cacheFolder = cacheFolder
        self.maximumCacheBytes = maximumCacheBytes
        self.maximumDownloadBytes = maximumDownloadBytes
        self.unpackLimits = unpackLimits
        self.allowedFolders = allowedFolders
        self.attempts = attempts
        self.idleTimeout = idleTimeout
        self.connectTimeout = connectTimeout
        self.maximumRedirects = maximumRedirects
        self.progressInterval = progressInterval
    }
}

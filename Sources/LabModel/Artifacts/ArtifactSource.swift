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

/// Fetches test definitions that do not stand in the job.
public protocol TestDefinitionSource: Sendable {
    /// Puts the repository or archive of `request` into `directory`, which is empty, and reads the definition.
    /// For an inline definition `directory` stays empty.
    ///
    /// - Throws: `infrastructure` when it cannot be fetched, `job` when the definition is missing or wrong.
    func fetch(_ request: TestDefinitionRequest, into directory: String) async throws(Failure) -> FetchedTestDefinition
}

/// A test definition with what was fetched around it.
public struct FetchedTestDefinition: Hashable, Sendable {
    public var definition: TestDefinition
    /// The commit that was checked out, for a git source.
    public var commit: String?

    public init(definition: TestDefinition, commit: String? = nil) {
        self.definition = definition
        self.commit = commit
    }
}

/// Reads a test definition's text. `JobDSL` implements it, so that rooms below need no YAML.
public protocol TestDefinitionReader: Sendable {
    /// - Throws: `job` with positions when the text is not a test definition.
    func read(_ text: String, file: String) throws(Failure) -> TestDefinition
}

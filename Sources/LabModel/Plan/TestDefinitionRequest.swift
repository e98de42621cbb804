/// One entry of `definitions`.
public struct TestDefinitionRequest: Hashable, Sendable, Codable {
    public enum Source: Hashable, Sendable, Codable {
        /// The definition stands in the job itself.
        case inline(TestDefinition)
        case git(GitSource)
        /// A tar archive.
        case url(URLSource)
    }

    /// A git repository to clone.
    public struct GitSource: Hashable, Sendable, Codable {
        public var repository: String
        public var branch: String?
        public var revision: String?
        /// Whether only the newest commit is cloned.
        public var isShallow: Bool
        /// Whether `.git` stays in the overlay.
        public var keepsHistory: Bool
        /// Whether submodules are cloned too.
        public var isRecursive: Bool

        public init(
            repository: String, branch: String? = nil, revision: String? = nil, isShallow: Bool = true,
            keepsHistory: Bool = false, isRecursive: Bool = false
        ) {
            self.repository = repository
            self.branch = branch
            self.revision = revision
            self.isShallow = isShallow
            self.keepsHistory = keepsHistory
            self.isRecursive = isRecursive
        }
    }

    /// A tar archive to download.
    public struct URLSource: Hashable, Sendable, Codable {
        public var url: String
        public var headers: [String: String]
        public var compression: ImageRequest.Compression?
        /// Leading path components to drop.
        public var stripComponents: Int
        public var sha256: String?

        public init(
            url: String, headers: [String: String] = [:], compression: ImageRequest.Compression? = nil,
            stripComponents: Int = 0, sha256: String? = nil
        ) {
            self.url = url
            self.headers = headers
            self.compression = compression
            self.stripComponents = stripComponents
            self.sha256 = sha256
        }
    }

    /// Unique in the job; letters, digits, `_` and `-`.
    public var name: String
    public var source: Source
    /// The definition's file inside the repository or archive.
    public var path: String
    /// Shell variables, in the job's order, over the definition's own.
    public var parameters: [ShellVariable]
    /// `keys`, `sources`, `deps`, `steps`, `git-repos` or `all`.
    public var skipInstall: [String]
    /// `lava-signal: kmsg`: signals travel as kernel messages.
    public var usesKernelMessages: Bool
    /// Case names that must be there; nil when the job does not say.
    public var expected: [String]?
    public var position: SourcePosition

    public init(
        name: String, source: Source, path: String, parameters: [ShellVariable] = [], skipInstall: [String] = [],
        usesKernelMessages: Bool = false, expected: [String]? = nil,
        position: SourcePosition = SourcePosition(line: 1, column: 1)
    ) {
        self.name = name
        self.source = source
        self.path = path
        self.parameters = parameters
        self.skipInstall = skipInstall
        self.usesKernelMessages = usesKernelMessages
        self.expected = expected
        self.position = position
    }
}

/// A shell variable with its value, unquoted.
public struct ShellVariable: Hashable, Sendable, Codable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A `test` block.
public struct TestAction: Hashable, Sendable, Codable {
    public enum Content: Hashable, Sendable, Codable {
        case definitions([TestDefinitionRequest])
        case interactive([InteractiveScript])
        case monitors([MonitorRequest])
    }

    /// `test.name`, when the job gave one.
    public var name: String?
    public var content: Content

    public init(name: String? = nil, content: Content) {
        self.name = name
        self.content = content
    }
}

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

/// A test definition file, "Lava-Test Test Definition 1.0".
public struct TestDefinition: Hashable, Sendable, Codable {
    /// `parse`: results found in output that does not use the helpers.
    public struct ParseRule: Hashable, Sendable, Codable {
        /// A regular expression with the groups `test_case_id`, `result`, `measurement`, `units`.
        public var pattern: String
        /// The word a test prints → pass, fail, skip or unknown.
        public var fixups: [String: String]

        public init(pattern: String, fixups: [String: String]) {
            self.pattern = pattern
            self.fixups = fixups
        }
    }

    /// `install`, run before the steps.
    public struct Install: Hashable, Sendable, Codable {
        public var dependencies: [String]
        /// `deps-<distro>`.
        public var dependenciesByOS: [String: [String]]
        public var gitRepositories: [GitRepository]
        public var keys: [String]
        public var sources: [String]
        public var steps: [String]

        public init(
            dependencies: [String] = [], dependenciesByOS: [String: [String]] = [:],
            gitRepositories: [GitRepository] = [], keys: [String] = [], sources: [String] = [], steps: [String] = []
        ) {
            self.dependencies = dependencies
            self.dependenciesByOS = dependenciesByOS
            self.gitRepositories = gitRepositories
            self.keys = keys
            self.sources = sources
            self.steps = steps
        }
    }

    /// An entry of `install.git-repos`, cloned on the host into the overlay.
    public struct GitRepository: Hashable, Sendable, Codable {
        public var url: String
        public var branch: String?
        public var destination: String?

        public init(url: String, branch: String? = nil, destination: String? = nil) {
            self.url = url
            self.branch = branch
            self.destination = destination
        }
    }

    public var name: String
    public var description: String?
    /// The definition's default parameters.
    public var parameters: [ShellVariable]
    public var install: Install
    /// Shell lines or blocks.
    public var steps: [String]
    public var parse: ParseRule?
    public var expected: [String]?
    /// The definition as text, written to the overlay as `testdef.yaml`.
    public var text: String

    public init(
        name: String, description: String? = nil, parameters: [ShellVariable] = [], install: Install = Install(),
        steps: [String], parse: ParseRule? = nil, expected: [String]? = nil, text: String = ""
    ) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.install = install
        self.steps = steps
        self.parse = parse
        self.expected = expected
        self.text = text
    }
}

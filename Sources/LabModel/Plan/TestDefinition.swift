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

/// What an import made of its source, and what it could not.
public struct ImportReport: Hashable, Sendable, Codable {
    /// How well something was taken over.
    public enum Quality: String, Hashable, Sendable, Codable, Comparable, CaseIterable {
        /// It means the same here.
        case exact
        /// It was written, and differs in what the finding says.
        case approximated
        /// It was not written.
        case left

        public static func < (lhs: Quality, rhs: Quality) -> Bool { lhs.rank < rhs.rank }

        private var rank: Int {
            switch self {
            case .exact: 0
            case .approximated: 1
            case .left: 2
            }
        }
    }

    /// One thing that a person should know.
    public struct Finding: Hashable, Sendable, Codable {
        public var quality: Quality
        /// What it is about, in the source's own word, such as `connection_command`.
        public var subject: String
        /// What became of it and why, as one sentence without a final stop.
        public var message: String
        /// What the reader can do.
        public var advice: String?
        /// Where the source says it: `file:line:column`.
        public var place: String?

        public init(
            _ quality: Quality, _ subject: String, _ message: String, advice: String? = nil, place: String? = nil
        ) {
            self.quality = quality
            self.subject = subject
            self.message = message
            self.advice = advice
            self.place = place
        }
    }

    /// A board, a device type, a device or a file of the source.
    public struct Item: Hashable, Sendable, Codable {
        public enum Kind: String, Hashable, Sendable, Codable {
            case board, type, device, file
        }

        public var kind: Kind
        public var name: String
        /// The file it comes from.
        public var source: String
        /// The file it went to; nil when it went nowhere.
        public var file: String?
        public var findings: [Finding]

        public init(_ kind: Kind, _ name: String, source: String, file: String? = nil, findings: [Finding] = []) {
            self.kind = kind
            self.name = name
            self.source = source
            self.file = file
            self.findings = findings
        }

        /// The worst of its findings.
        public var quality: Quality { findings.map(\.quality).max() ?? .exact }
    }

    public var items: [Item]
    /// What concerns all of them.
    public var notes: [String]

    public init(items: [Item] = [], notes: [String] = []) {
        self.items = items
        self.notes = notes
    }

    /// Whether anything was not taken over.
    public var hasLeft: Bool { items.contains { $0.quality == .left } }
}

/// A file to write, and nothing that writes it.
public struct ImportedFile: Hashable, Sendable {
    /// Below the folder of the import, with `/`.
    public var path: String
    public var text: String
    /// Whether others should not read it: it may have passwords.
    public var isPrivate: Bool

    public init(path: String, text: String, isPrivate: Bool = false) {
        self.path = path
        self.text = text
        self.isPrivate = isPrivate
    }
}

/// What an import would write, and its report.
public struct ImportResult: Hashable, Sendable {
    /// In the order of their paths.
    public var files: [ImportedFile]
    public var report: ImportReport

    public init(files: [ImportedFile], report: ImportReport) {
        self.files = files.sorted { $0.path < $1.path }
        self.report = report
    }
}

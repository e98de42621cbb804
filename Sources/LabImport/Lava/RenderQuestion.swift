public import LabModel

/// What only Jinja itself can tell about a file.
public struct RenderQuestion: Hashable, Sendable, Codable {
    public enum Kind: String, Hashable, Sendable, Codable {
        /// The values that a dictionary sets, alone and with the lab's own types.
        case values
        /// The text of a device type, with no job and no board.
        case text
    }

    public var id: Int
    public var kind: Kind
    public var name: String

    public init(id: Int, kind: Kind, name: String) {
        self.id = id
        self.kind = kind
        self.name = name
    }
}

/// Jinja's answer.
public struct RenderAnswer: Hashable, Sendable, Codable {
    public var id: Int
    /// Why there is none, as a sentence.
    public var error: String?
    /// `file:line` of the error, where it is known.
    public var place: String?
    public var own: [String: DataValue]?
    public var all: [String: DataValue]?
    /// Names whose values are nothing that a file could hold, with what they are.
    public var odd: [String: String]?
    /// Blocks that a dictionary overrides.
    public var blocks: [String]?
    /// Names that other values are made of.
    public var used: [String]?
    public var parent: String?
    public var text: String?

    public init(id: Int, error: String? = nil) {
        self.id = id
        self.error = error
    }
}

/// Jinja's answers, or why there are none.
public enum RenderAnswers: Sendable {
    case answered([Int: RenderAnswer])
    /// In words: "python3 with jinja2 was not found".
    case unavailable(String)
}

/// What is handed to the process that asks Jinja: it opens no file itself.
public struct RenderRequest: Sendable, Codable {
    public var questions: [RenderQuestion]
    /// Text by name.
    public var devices: [String: String]
    public var types: [String: String]
    public var templates: [String: String]
    /// How files are named in errors, by name.
    public var paths: [String: String]

    public init(_ lab: LavaLab, questions: [RenderQuestion]) {
        func texts(_ sources: [SourceText]) -> [String: String] {
            Dictionary(sources.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
        }
        self.questions = questions
        devices = texts(lab.devices)
        types = texts(lab.deviceTypes)
        templates = texts(lab.templates)
        paths = Dictionary(
            lab.devices.map { ("devices/" + $0.name, $0.path) } + lab.deviceTypes.map { ("types/" + $0.name, $0.path) },
            uniquingKeysWith: { first, _ in first })
    }
}

/// What a job tested, as far as it is known: two runs of one build should end alike.
public struct BuildName: Hashable, Sendable, Codable {
    /// Where the name comes from: `metadata: KEY` for the job's own word, `images` for the digests of what it booted.
    public var source: String
    public var name: String

    public init(source: String, name: String) {
        self.source = source
        self.name = name
    }

    /// Keys of a job's `metadata` that name what it tests, the most exact first. Dashes, dots and capitals do not count.
    public static let keys = [
        "build", "build_id", "build_number", "git_commit", "commit", "revision", "git_describe", "image_version",
        "kernel_version", "version",
    ]

    static let longest = 200
    static let mostImages = 16
    static let digits = 12
    /// The source of a name made of digests.
    public static let images = "images"

    /// What the job itself says; nil when it says nothing.
    public init?(metadata: DataValue) {
        guard let members = metadata.map else { return nil }
        let plain = Dictionary(
            members.map { (Self.plain($0.key), $0) }, uniquingKeysWith: { $0.key < $1.key ? $0 : $1 })
        for key in Self.keys {
            guard let member = plain[key], let text = Self.text(member.value) else { continue }
            self.init(source: "metadata: \(member.key)", name: text)
            return
        }
        return nil
    }

    /// What the digests (lower-case hexadecimal SHA-256 by label) of the job's images say; nil without images.
    public init?(images: [String: String]) {
        guard !images.isEmpty else { return nil }
        let parts = images.sorted { $0.key < $1.key }.prefix(Self.mostImages)
        self.init(
            source: Self.images,
            name: parts.map { "\($0.key) \($0.value.prefix(Self.digits))" }.joined(separator: ", "))
    }

    private static func plain(_ key: String) -> String {
        String(key.lowercased().map { $0 == "-" || $0 == "." || $0 == " " ? "_" : $0 })
    }

    private static func text(_ value: DataValue) -> String? {
        switch value {
        case .string(let text): text.isEmpty ? nil : String(text.prefix(longest))
        case .integer(let number): String(number)
        case .double(let number): "\(number)"
        case .null, .bool, .list, .map: nil
        }
    }
}

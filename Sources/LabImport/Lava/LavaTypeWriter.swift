import JobDSL
import LabModel

/// Writes the lab's own device types as ours.
struct LavaTypeWriter {
    /// A type that was written.
    struct Written {
        var declared: KnownTypes.Declared
        /// Whether Jinja rendered it, so that nothing in it depends on a board any more.
        var isRendered: Bool
        /// Variables that are made of others when a board asks for them.
        var dynamic: Set<String> = []
        /// What the file sets when no dictionary sets anything; nil where nobody knows.
        var values: [String: DataValue]?
    }

    let types: KnownTypes
    let own: [String: LavaTypeReading]
    let answers: [String: RenderAnswer]
    private(set) var written: [String: Written] = [:]
    private var outcomes: [String: (file: ImportedFile?, findings: [ImportReport.Finding])] = [:]

    init(types: KnownTypes, own: [String: LavaTypeReading], answers: [String: RenderAnswer]) {
        self.types = types
        self.own = own
        self.answers = answers
    }

    /// The file of a type and what is said about it; its parents are written first.
    mutating func write(_ source: SourceText) -> (file: ImportedFile?, item: ImportReport.Item) {
        let outcome = write(source.name, source: source.path, below: [])
        return (
            outcome.file,
            ImportReport.Item(
                .type, source.name, source: source.path, file: outcome.file?.path, findings: outcome.findings)
        )
    }

    private mutating func write(
        _ name: String, source: String, below children: [String]
    ) -> (file: ImportedFile?, findings: [ImportReport.Finding]) {
        if let known = outcomes[name] { return known }
        let outcome = make(name, source: source, below: children)
        outcomes[name] = outcome
        return outcome
    }

    private mutating func make(
        _ name: String, source: String, below children: [String]
    ) -> (file: ImportedFile?, findings: [ImportReport.Finding]) {
        guard BoardFile.isName(name.replacing("+", with: "-")), children.count < 16, !children.contains(name) else {
            let isCircle = children.contains(name)
            return (nil, [.init(.left, "file", isCircle ? "it extends itself" : "its name cannot be a type's")])
        }
        guard let reading = own[name] else { return (nil, []) }
        if case .wrong(let diagnostic) = reading { return (nil, [.init(diagnostic)]) }
        if case .macros = reading {
            return (nil, [.init(.exact, "file", "no device type: other files import from it, which Jinja does")])
        }
        guard let parent = ourParent(of: name, reading.parent, below: children) else {
            let wanted = reading.parent.map { "`\($0)`" } ?? "that it extends"
            return (
                nil,
                [
                    .init(
                        .left, "extends", "labd has no device type \(wanted)",
                        advice: types.advice(for: reading.parent ?? name))
                ]
            )
        }
        var findings: [ImportReport.Finding] = []
        if types.names.contains(name) {
            findings.append(.init(.exact, "file", "it replaces the device type `\(name)` that comes with labd"))
        }
        let made: (entries: [YAMLEntry], declared: KnownTypes.Declared)?
        switch reading {
        case .exact(let template):
            var converter = LavaTypeConverter(template, parent: parent.declared)
            let converted = converter.convert()
            made = (converted.entries, converted.declared)
            findings += converter.findings
            written[name] = Written(
                declared: converted.declared, isRendered: false,
                dynamic: converter.dynamic.union(written[reading.parent ?? ""]?.dynamic ?? []),
                values: (written[reading.parent ?? ""]?.values ?? [:]).merging(converter.values) { $1 })
        case .beyond(let reasons, _):
            let flat = RenderedType(answers[name], reasons: reasons)
            made = flat.entries.map { ($0, parent.declared) }
            findings += flat.findings
            written[name] = made.map { Written(declared: $0.declared, isRendered: true) }
        case .wrong, .macros: made = nil
        }
        guard let made else { return (nil, findings) }
        let comments = ["Imported from LAVA: \(source)"] + findings.flatMap { Self.comments($0) }
        let root = PlainYAML.mapping([PlainYAML.entry("extends", .string(parent.name))] + made.entries)
        return (
            ImportedFile(
                path: "device-types/\(name).yaml", text: PlainYAML.comment(comments) + YAMLWriter.text(of: root)),
            findings
        )
    }

    private static func comments(_ finding: ImportReport.Finding) -> [String] {
        guard finding.quality != .exact else { return [] }
        return ["\(finding.quality.rawValue): \(finding.subject): \(finding.message)"]
            + (finding.advice.map { ["  \($0)"] } ?? [])
    }

    /// Our name for the parent, and what it declares.
    private mutating func ourParent(
        of name: String, _ parent: String?, below children: [String]
    ) -> (name: String, declared: KnownTypes.Declared)? {
        guard let parent else { return nil }
        if parent != name, own[parent] != nil {
            _ = write(parent, source: parent, below: children + [name])
            if let known = written[parent] { return (parent, known.declared) }
        }
        guard let known = types.name(forTemplate: parent), let declared = types.declared(by: known) else { return nil }
        return (known, declared)
    }

    /// What may name a variable of ours.
    static func isVariable(_ name: String) -> Bool {
        guard let first = name.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
        return name.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "_")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
    }
}

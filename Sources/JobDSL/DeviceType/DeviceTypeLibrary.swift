import LabModel

/// Device type files that were read so far. Not safe to share; `DeviceTypeCatalog` guards it.
struct DeviceTypeLibrary {
    /// A type with its ancestors, from the root to the type itself.
    typealias Chain = [DeviceTypeFile]

    private let folders: DeviceTypeFolders
    private var index: [[String: String]]?
    private var indexFindings: [Diagnostic] = []
    private var files: [String: (file: DeviceTypeFile?, diagnostics: [Diagnostic])] = [:]
    private let longestChain = 16
    /// By alias, the type it stands for; nil before anybody asked.
    private var aliases: [String: String]?

    init(folders: [String]) {
        self.folders = DeviceTypeFolders(folders: folders)
    }

    /// Names of all types, abstract ones too.
    mutating func allNames() -> [String] {
        Array(Set(indexed().flatMap(\.keys))).sorted()
    }

    /// The type that `name` is, or is an alias of; nil when there is none. A type's own name goes before an alias, and of
    /// two types with the same alias the first in the alphabet has it.
    mutating func type(named name: String) -> String? {
        if path(of: name, below: folders.folders.count) != nil { return name }
        if let aliases { return aliases[name] }
        var found: [String: String] = [:]
        for type in allNames() {
            guard let place = path(of: type, below: folders.folders.count),
                let file = read(place.file, name: type, Findings()), !file.isAbstract
            else { continue }
            for alias in file.aliases where found[alias] == nil { found[alias] = type }
        }
        aliases = found
        return found[name]
    }

    /// What is wrong with the folders themselves.
    mutating func folderDiagnostics() -> [Diagnostic] {
        _ = indexed()
        return indexFindings
    }

    private mutating func indexed() -> [[String: String]] {
        if let index { return index }
        let findings = Findings()
        let fresh = folders.index(findings)
        index = fresh
        indexFindings = findings.diagnostics
        return fresh
    }

    /// The chain of `name`; nil when there is no such type, and errors in `findings` when its files are wrong.
    mutating func chain(of name: String, _ findings: Findings) -> Chain? {
        guard var path = path(of: name, below: folders.folders.count) else { return nil }
        var chain: Chain = []
        var seen: Set<String> = []
        while true {
            guard let file = read(path.file, name: path.name, findings) else { return [] }
            chain.append(file)
            seen.insert(path.file)
            guard let parent = file.parent else { return chain.reversed() }
            // A type that extends its own name lies over the one it shadows.
            let below = parent == path.name ? path.folder : folders.folders.count
            guard let next = self.path(of: parent, below: below) else {
                findings.error(
                    at: file.parentPosition, "there is no device type `\(cutExcerpt(parent))` to extend",
                    suggestion: findings.suggestion(for: parent, among: allNames()))
                return []
            }
            guard !seen.contains(next.file), chain.count < longestChain else {
                findings.error(
                    at: file.parentPosition,
                    seen.contains(next.file)
                        ? "the device type `\(cutExcerpt(parent))` extends itself"
                        : "device types extend each other more than \(longestChain) times")
                return []
            }
            path = next
        }
    }

    /// The file of a type in the last folder before `limit` that has it.
    private mutating func path(of name: String, below limit: Int) -> (name: String, file: String, folder: Int)? {
        let index = indexed()
        for folder in (0..<limit).reversed() {
            if let file = index[folder][name] { return (name, file, folder) }
        }
        return nil
    }

    private mutating func read(_ path: String, name: String, _ findings: Findings) -> DeviceTypeFile? {
        let entry: (file: DeviceTypeFile?, diagnostics: [Diagnostic])
        if let known = files[path] {
            entry = known
        } else {
            entry = load(path, name: name)
            files[path] = entry
        }
        for diagnostic in entry.diagnostics { findings.add(diagnostic) }
        return entry.file
    }

    private func load(_ path: String, name: String) -> (file: DeviceTypeFile?, diagnostics: [Diagnostic]) {
        let findings = Findings()
        do {
            let root = try YAMLText.read(try folders.text(of: path), file: path)
            let file = DeviceTypeFile(name: name, file: path, root: root, findings: findings)
            return (file, findings.diagnostics)
        } catch {
            return (nil, [error])
        }
    }
}

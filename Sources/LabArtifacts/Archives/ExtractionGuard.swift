import LabModel

/// Decides what an entry of an archive may become on the host. It remembers all that was made, so that nothing is
/// ever written through a link.
struct ExtractionGuard {
    enum Action: Hashable {
        /// Dropped by the stripped components.
        case skip
        case makeDirectory([String])
        case writeFile([String], replacing: Bool)
        case makeLink([String], target: String)
        case makeHardLink([String], existing: [String])
    }

    private enum Kind {
        case directory, file, link
    }

    private let limits: ArchiveLimits
    private let stripComponents: Int
    private let allowsForeignLinks: Bool
    private var known: [[String]: Kind] = [:]
    private var entries = 0
    private var nameBytes = 0
    private var bytes: Int64 = 0

    /// - Parameter allowsForeignLinks: for an archive that is repacked for a board and never unpacked here, whose
    ///   links mean the board's paths.
    init(limits: ArchiveLimits, stripComponents: Int, allowsForeignLinks: Bool = false) {
        self.limits = limits
        self.stripComponents = stripComponents
        self.allowsForeignLinks = allowsForeignLinks
    }

    /// What to do for `entry`, with the parents to make before it.
    ///
    /// - Throws: `job` for anything that climbs out, is no file, folder or link, or exceeds the limits.
    mutating func admit(_ entry: ArchiveEntry) throws(Failure) -> (parents: [[String]], action: Action) {
        try count(entry.path)
        // What is passed over or written as a hole costs no data that could be counted.
        guard entry.size >= 0, entry.size <= limits.maximumBytes - bytes else { throw tooLarge }
        let full = try ArchivePath.components(entry.path, maximumDepth: limits.maximumDepth)
        let path = Array(full.dropFirst(stripComponents))
        if path.isEmpty { return ([], .skip) }
        let parents = try newParents(of: path)
        let action = try action(for: entry, at: path)
        for parent in parents {
            try count(parent.joined(separator: "/"))
            known[parent] = .directory
        }
        return (parents, action)
    }

    /// Counts data as it comes: what a header says is not trusted.
    mutating func take(_ count: Int) throws(Failure) {
        bytes += Int64(count)
        guard bytes <= limits.maximumBytes else { throw tooLarge }
    }

    private mutating func count(_ path: String) throws(Failure) {
        entries += 1
        nameBytes += path.utf8.count
        guard entries <= limits.maximumEntries else {
            throw Failure(.job, "holds more than \(limits.maximumEntries) entries")
        }
        guard nameBytes <= limits.maximumNameBytes else {
            throw Failure(.job, "holds more than \(limits.maximumNameBytes) bytes of names")
        }
    }

    private var tooLarge: Failure { Failure(.job, "holds more than \(limits.maximumBytes) bytes") }

    private func newParents(of path: [String]) throws(Failure) -> [[String]] {
        var missing: [[String]] = []
        for length in 1..<max(path.count, 1) {
            let parent = Array(path.prefix(length))
            switch known[parent] {
            case .directory: continue
            case nil: missing.append(parent)
            case .file, .link: throw Failure(.job, "puts a file below `\(shown(parent))`, which is not a folder")
            }
        }
        return missing
    }

    private mutating func action(for entry: ArchiveEntry, at path: [String]) throws(Failure) -> Action {
        let before = known[path]
        switch entry.kind {
        case .directory:
            guard before == nil || before == .directory else { throw taken(path) }
            known[path] = .directory
            return .makeDirectory(path)
        case .regular:
            guard before == nil || before == .file else { throw taken(path) }
            known[path] = .file
            return .writeFile(path, replacing: before != nil)
        case .symbolicLink(let target):
            guard before == nil else { throw taken(path) }
            guard allowsForeignLinks || ArchivePath.linkStaysInside(at: path, target: target) else {
                throw Failure(.job, "holds a link that leads out: `\(shown(path))` → `\(ArchivePath.shown(target))`")
            }
            known[path] = .link
            return .makeLink(path, target: target)
        case .hardLink(let target):
            let existing = Array(
                try ArchivePath.components(target, maximumDepth: limits.maximumDepth).dropFirst(stripComponents))
            guard before == nil, known[existing] == .file else {
                throw Failure(.job, "holds a hard link to nothing it brought: `\(shown(path))`")
            }
            known[path] = .file
            return .makeHardLink(path, existing: existing)
        case .special:
            throw Failure(.job, "holds a device, FIFO or socket: `\(shown(path))`")
        }
    }

    private func taken(_ path: [String]) -> Failure {
        Failure(.job, "holds `\(shown(path))` twice, in forms that do not fit")
    }

    private func shown(_ path: [String]) -> String {
        ArchivePath.shown(path.joined(separator: "/"))
    }
}

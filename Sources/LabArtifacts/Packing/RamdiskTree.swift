import LabModel

/// What a ramdisk already holds, so that layers can be laid over it without breaking it: the kernel replaces a link by
/// a folder of the same name, and sets the mode of a folder that is named again.
struct RamdiskTree {
    private var nodes: [[String]: NewcScanner.Kind]

    init(_ nodes: [[String]: NewcScanner.Kind] = [:]) {
        self.nodes = nodes
    }

    struct Placement: Hashable {
        /// Folders to make first.
        var parents: [[String]]
        /// Where the entry goes, links of the ramdisk followed; nil when the folder is there.
        var path: [String]?
    }

    /// Finds the place of an entry and remembers it.
    ///
    /// - Throws: `job` when something that is no folder stands in the way.
    mutating func place(_ path: [String], _ kind: NewcScanner.Kind) throws(Failure) -> Placement {
        var parents: [[String]] = []
        var folder: [String] = []
        var rest = Array(path.reversed())
        var hops = 0
        while let name = rest.popLast() {
            if name == ".." {
                _ = folder.popLast()
                continue
            }
            let here = folder + [name]
            if rest.isEmpty, kind != .directory {
                nodes[here] = kind
                return Placement(parents: parents, path: here)
            }
            switch nodes[here] {
            case .directory: folder = here
            case .link(let target):
                hops += 1
                guard hops <= 40 else { throw Failure(.job, "the ramdisk's links at `\(shown(path))` go in circles") }
                if target.hasPrefix("/") { folder = [] }
                rest += target.split(separator: "/").filter { $0 != "." }.map(String.init).reversed()
            case .other:
                throw Failure(.job, "`\(shown(path))` cannot be added: `\(shown(here))` is no folder in the ramdisk")
            case nil:
                nodes[here] = .directory
                parents.append(here)
                folder = here
            }
        }
        // Only a folder gets here. It is the last of the new ones, or was there before.
        guard parents.last == folder else { return Placement(parents: parents, path: nil) }
        return Placement(parents: parents.dropLast(), path: folder)
    }

    private func shown(_ path: [String]) -> String {
        ArchivePath.shown(path.joined(separator: "/"))
    }
}

import Glibc
import LabModel

/// Overlay entries, spread out: every folder, file and link on its own, parents first.
struct OverlayTree {
    private(set) var items: [PackItem] = []
    private var folders: Set<[String]> = []
    private let limits: ArchiveLimits

    /// - Throws: `Failure` for a path that leads out or a tree beyond the limits, `HostError`.
    init(_ entries: [OverlayEntry], limits: ArchiveLimits = ArchiveLimits()) throws {
        self.limits = limits
        for entry in entries {
            let path = try ArchivePath.components(
                String(entry.path.drop { $0 == "/" }), maximumDepth: limits.maximumDepth)
            try add(entry, at: path)
        }
    }

    private mutating func add(_ entry: OverlayEntry, at path: [String]) throws {
        addParents(of: path)
        switch entry.content {
        case .directory: addFolder(path, entry.mode)
        case .bytes(let bytes): try append(PackItem(path: path, mode: entry.mode, content: .bytes(bytes)))
        case .file(let file):
            let size = try HostFile.read(file).size()
            try append(PackItem(path: path, mode: entry.mode, content: .file(file, size: size)))
        case .tree(let folder):
            addFolder(path, entry.mode)
            try addTree(folder, at: path)
        }
    }

    private mutating func addTree(_ folder: String, at path: [String]) throws {
        guard path.count < limits.maximumDepth else {
            throw Failure(.job, "\(folder) is nested deeper than \(limits.maximumDepth) folders")
        }
        for name in try HostFolder.names(in: folder) {
            let source = folder + "/" + name
            guard let status = try HostFolder.status(of: source) else { continue }
            let target = path + [name]
            let mode = UInt16(status.st_mode & 0o777)
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                addFolder(target, mode)
                try addTree(source, at: target)
            case S_IFREG:
                try append(PackItem(path: target, mode: mode, content: .file(source, size: Int64(status.st_size))))
            case S_IFLNK:
                let link = try HostFolder.linkTarget(of: source)
                try append(PackItem(path: target, mode: 0o777, content: .link(link)))
            default: throw Failure(.job, "\(source) is a device, FIFO or socket, which cannot be packed")
            }
        }
    }

    private mutating func addParents(of path: [String]) {
        for length in 1..<max(path.count, 1) { addFolder(Array(path.prefix(length)), 0o755) }
    }

    private mutating func addFolder(_ path: [String], _ mode: UInt16) {
        guard !path.isEmpty, folders.insert(path).inserted else { return }
        items.append(PackItem(path: path, mode: mode, content: .directory))
    }

    private mutating func append(_ item: PackItem) throws(Failure) {
        guard !item.path.isEmpty else { throw Failure(.job, "a file of an overlay has no name") }
        guard items.count < limits.maximumEntries else {
            throw Failure(.job, "an overlay holds more than \(limits.maximumEntries) files")
        }
        items.append(item)
    }
}

import LabModel

/// Appends layers to a ramdisk as archives of their own: what is there stays as it is, compressed or not.
struct RamdiskExtender {
    let limits: ArchiveLimits
    let unpackLimits: UnpackLimits
    let cancellation: CancellationFlag

    /// - Parameter start: where the ramdisk begins in `file`, a multiple of 4.
    func extend(_ base: RamdiskImage, with layers: [RamdiskLayer], to file: HostFile, at start: Int64) throws {
        var tree = layers.isEmpty ? RamdiskTree() : try base.tree(unpackLimits, cancellation)
        try copy(base, to: file, at: start)
        for layer in layers {
            let writer = try ArchiveWriter(.cpio, to: file)
            switch layer {
            case .entries(let entries):
                for item in try OverlayTree(entries, limits: limits).items { try add(item, to: writer, &tree) }
            case .tarArchive(let path):
                do {
                    try addArchive(path, to: writer, &tree)
                } catch var failure as Failure where failure.type == .job {
                    failure.message = "the archive \(path) \(failure.message)"
                    throw failure
                }
            }
            try writer.finish()
        }
    }

    /// The kernel looks for the next archive at a multiple of 4, after any number of zero bytes.
    private func copy(_ base: RamdiskImage, to file: HostFile, at start: Int64) throws {
        var position = start
        var left = base.payload.upperBound - base.payload.lowerBound
        try base.file.forEachBlock(from: base.payload.lowerBound, cancellation: cancellation) { bytes in
            let count = Int(min(left, Int64(bytes.count)))
            try file.write(UnsafeRawBufferPointer(rebasing: bytes[..<count]), at: position)
            position += Int64(count)
            left -= Int64(count)
        }
        try file.truncate(to: (position + base.form.endPadding + 3) & ~3)
    }

    private func add(_ item: PackItem, to writer: ArchiveWriter, _ tree: inout RamdiskTree) throws {
        let kind: NewcScanner.Kind =
            switch item.content {
            case .directory: .directory
            case .link(let target): .link(target)
            case .bytes, .file: .other
            }
        if let path = try place(item.path, kind, writer, &tree) { try writer.add(item, at: path, cancellation) }
    }

    private func addArchive(_ path: String, to writer: ArchiveWriter, _ tree: inout RamdiskTree) throws {
        let reader = try TarReader(path, limits: limits.unpacked, cancellation: cancellation)
        var checks = ExtractionGuard(limits: limits, stripComponents: 0, allowsForeignLinks: true)
        while let entry = try reader.next() {
            try cancellation.check()
            _ = try checks.admit(entry)
            let components = try ArchivePath.components(entry.path)
            var copy = entry
            switch entry.kind {
            case .directory:
                guard !components.isEmpty else { continue }
                guard let path = try place(components, .directory, writer, &tree) else { continue }
                copy.path = path.joined(separator: "/")
                try writer.begin(copy)
            case .symbolicLink(let target):
                guard let path = try place(components, .link(target), writer, &tree) else { continue }
                copy.path = path.joined(separator: "/")
                try writer.begin(copy)
            case .regular:
                guard let path = try place(components, .other, writer, &tree) else { continue }
                copy.path = path.joined(separator: "/")
                try writer.begin(copy)
                try reader.readData { bytes in
                    try cancellation.check()
                    try checks.take(bytes.count)
                    try writer.write(bytes)
                }
            case .hardLink(let target):
                // A link serves as well, and needs no data twice.
                guard let path = try place(components, .other, writer, &tree) else { continue }
                copy.path = path.joined(separator: "/")
                copy.kind = .symbolicLink("/" + target)
                copy.size = 0
                try writer.begin(copy)
            case .special: continue
            }
        }
    }

    /// Writes the folders that are missing above `path`.
    private func place(
        _ path: [String], _ kind: NewcScanner.Kind, _ writer: ArchiveWriter, _ tree: inout RamdiskTree
    ) throws -> [String]? {
        let placement = try tree.place(path, kind)
        for parent in placement.parents {
            try writer.begin(
                ArchiveEntry(path: parent.joined(separator: "/"), kind: .directory, mode: 0o755, size: 0))
        }
        return placement.path
    }
}

import LabModel

/// One file, folder or link on its way into an archive or image.
struct PackItem: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        case directory
        case bytes([UInt8])
        case file(String, size: Int64)
        case link(String)
    }

    var path: [String]
    /// Permission bits.
    var mode: UInt16
    var content: Content

    var size: Int64 {
        switch content {
        case .directory: 0
        case .bytes(let bytes): Int64(bytes.count)
        case .file(_, let size): size
        case .link(let target): Int64(target.utf8.count)
        }
    }

    /// The same as an archive's entry, at `path`.
    func entry(at path: [String]) -> ArchiveEntry {
        let kind: ArchiveEntry.Kind =
            switch content {
            case .directory: .directory
            case .bytes, .file: .regular
            case .link(let target): .symbolicLink(target)
            }
        return ArchiveEntry(
            path: path.joined(separator: "/"), kind: kind, mode: mode, size: kind == .regular ? size : 0)
    }

    /// Hands the data of a file to `sink`, exactly `size` bytes.
    func readData(_ cancellation: CancellationFlag, _ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        switch content {
        case .directory, .link: break
        case .bytes(let bytes): try bytes.withUnsafeBytes(sink)
        case .file(let path, let size):
            var left = size
            try HostFile.read(path).forEachBlock(cancellation: cancellation) { bytes in
                left -= Int64(bytes.count)
                guard left >= 0 else { throw changed(path) }
                try sink(bytes)
            }
            guard left == 0 else { throw changed(path) }
        }
    }

    private func changed(_ path: String) -> Failure {
        Failure(.infrastructure, "\(path) changed while it was packed", advice: "run the job again")
    }
}

extension ArchiveWriter {
    func add(_ item: PackItem, at path: [String]? = nil, _ cancellation: CancellationFlag) throws {
        try cancellation.check()
        try begin(item.entry(at: path ?? item.path))
        try item.readData(cancellation) { try write($0) }
    }
}

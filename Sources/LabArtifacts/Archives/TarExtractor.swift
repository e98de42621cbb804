import Glibc
import LabModel

/// Unpacks tar archives of strangers into a folder of ours.
struct TarExtractor {
    var limits: ArchiveLimits

    /// - Parameter folder: empty, and nobody else writes to it.
    /// - Throws: `Failure` of type `job` for a hostile or broken archive, `HostError`, `CancellationError`.
    func extract(
        _ archive: String, into folder: String, stripComponents: Int = 0, cancellation: CancellationFlag
    ) throws {
        let reader = try TarReader(archive, limits: limits.unpacked, cancellation: cancellation)
        var checks = ExtractionGuard(limits: limits, stripComponents: stripComponents)
        while let entry = try reader.next() {
            try cancellation.check()
            let (parents, action) = try checks.admit(entry)
            for parent in parents { try makeDirectory(host(folder, parent)) }
            switch action {
            case .skip: break
            case .makeDirectory(let path): try makeDirectory(host(folder, path))
            case .writeFile(let path, let replacing):
                // Execute permission is kept, anything else is ours to say: no set-id bits, always readable.
                let mode: mode_t = entry.mode & 0o111 != 0 ? 0o755 : 0o644
                let target = host(folder, path)
                let file =
                    replacing ? try HostFile.replace(target, mode: mode) : try HostFile.create(target, mode: mode)
                var writer = SparseWriter(file)
                try reader.readData { bytes in
                    try cancellation.check()
                    try checks.take(bytes.count)
                    try writer.write(bytes)
                }
                try writer.finish()
            case .makeLink(let path, let target):
                guard symlink(target, host(folder, path)) == 0 else { throw HostError("link", host(folder, path)) }
            case .makeHardLink(let path, let existing):
                guard link(host(folder, existing), host(folder, path)) == 0 else {
                    throw HostError("link", host(folder, path))
                }
            }
        }
    }

    private func host(_ folder: String, _ path: [String]) -> String {
        folder + "/" + path.joined(separator: "/")
    }

    private func makeDirectory(_ path: String) throws {
        if mkdir(path, 0o755) != 0, errno != EEXIST { throw HostError("create folder", path) }
    }
}

import FoundationEssentials
import Glibc
import LabModel

/// Finds and reads device type files: one per type, anywhere below a folder, named after it.
struct DeviceTypeFolders: Sendable {
    let folders: [String]
    private let deepest = 8
    private let mostFiles = 10_000
    private let largestFile = YAMLLimits.standard.bytes

    /// Type names with their files, one index per folder.
    func index(_ findings: Findings) -> [[String: String]] {
        folders.map { folder in
            var found: [String: String] = [:]
            var count = 0
            scan(folder, depth: 1, count: &count, into: &found, findings)
            return found
        }
    }

    private func scan(
        _ folder: String, depth: Int, count: inout Int, into found: inout [String: String], _ findings: Findings
    ) {
        let position = SourcePosition(file: folder, line: 1, column: 1)
        guard depth <= deepest, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            findings.error(
                at: position, depth > deepest ? "device types are nested too deep" : "the folder cannot be read")
            return
        }
        for name in names.sorted() where !name.hasPrefix(".") {
            let path = folder + "/" + name
            var isFolder = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { continue }
            if isFolder {
                scan(path, depth: depth + 1, count: &count, into: &found, findings)
            } else if name.hasSuffix(".yaml") {
                count += 1
                guard count <= mostFiles else {
                    findings.error(at: position, "there are more than \(mostFiles) device types")
                    return
                }
                let type = String(name.dropLast(5))
                if let other = found[type] {
                    findings.error(
                        at: SourcePosition(file: path, line: 1, column: 1),
                        "the device type `\(cutExcerpt(type))` is also in \(other)",
                        suggestion: "a later folder may replace it; within one folder names are unique")
                } else {
                    found[type] = path
                }
            }
        }
    }

    /// A file's text, at most 1 MiB.
    func text(of path: String) throws(Diagnostic) -> String {
        let position = SourcePosition(file: path, line: 1, column: 1)
        guard let file = FileHandleReader.bytes(of: path, limit: largestFile + 1) else {
            throw Diagnostic(.error, at: position, "the file cannot be read")
        }
        guard file.count <= largestFile else {
            throw Diagnostic(.error, at: position, "the file is larger than \(largestFile) bytes")
        }
        guard let text = String(validating: file, as: UTF8.self) else {
            throw Diagnostic(.error, at: position, "the file is not UTF-8")
        }
        return text
    }
}

/// Reads the start of a file without trusting its size.
private enum FileHandleReader {
    static func bytes(of path: String, limit: Int) -> Data? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_size < limit * 2 else { return nil }
        return FileManager.default.contents(atPath: path)?.prefix(limit)
    }
}

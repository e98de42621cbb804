import SystemPackage

/// The end of a text file.
enum FileTail {
    /// At most `limit` bytes; empty when there is no such file.
    static func read(_ path: String, limit: Int) -> String {
        guard let file = try? FileDescriptor.open(path, .readOnly) else { return "" }
        defer { try? file.close() }
        guard let size = try? file.seek(offset: 0, from: .end) else { return "" }
        var bytes = [UInt8](repeating: 0, count: min(limit, Int(size)))
        let start = size - Int64(bytes.count)
        let count = (try? bytes.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: start, into: $0) }) ?? 0
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}

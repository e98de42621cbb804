import SystemPackage

func write(_ bytes: [UInt8], to path: String, at offset: Int64 = 0) throws {
    let file = try FileDescriptor.open(path, .readWrite, options: [.create], permissions: [.ownerReadWrite])
    try file.closeAfter { _ = try file.writeAll(toAbsoluteOffset: offset, bytes) }
}

func read(_ path: String, at offset: Int64, count: Int) throws -> [UInt8] {
    let file = try FileDescriptor.open(path, .readOnly)
    return try file.closeAfter {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = try bytes.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: offset, into: $0) }
        return Array(bytes.prefix(got))
    }
}

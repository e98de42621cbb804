import Glibc

/// A folder of the kernel's small files.
struct SysfsFolder {
    let path: String

    init(_ path: String) { self.path = path }

    /// What stands in a file, without its line's end; nil when there is none.
    subscript(name: String) -> String? {
        let file = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(file, &buffer, buffer.count)
        guard count >= 0 else { return nil }
        let text = String(decoding: buffer.prefix(count), as: UTF8.self)
        return String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    func hexadecimal(_ name: String) -> UInt16? { self[name].flatMap { UInt16($0, radix: 16) } }

    /// 0, or the error of open(2) or write(2).
    func write(_ text: String, to name: String) -> Int32 {
        let file = open("\(path)/\(name)", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return errno }
        defer { close(file) }
        return Glibc.write(file, text, text.utf8.count) == text.utf8.count ? 0 : errno
    }

    /// What a symbolic link points at, its last part only.
    func link(_ name: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { readlink("\(path)/\(name)", $0.assumingMemoryBound(to: CChar.self), bytes.count) }
                ?? -1
        }
        guard count > 0 else { return nil }
        return String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: "/").last.map(String.init)
    }

    /// The names in the folder; none when there is no such folder.
    var names: [String] {
        guard let listing = opendir(path) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

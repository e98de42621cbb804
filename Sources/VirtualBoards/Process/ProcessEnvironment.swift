import Glibc
import SystemPackage

/// The environment that a process was started with, from `/proc/PID/environ` (proc(5)).
struct ProcessEnvironment {
    private let entries: [String]

    /// Nil when the process is gone or belongs to somebody else.
    init?(of process: Int32) {
        guard let bytes = Self.read("/proc/\(process)/environ") else { return nil }
        entries = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    subscript(name: String) -> String? {
        let prefix = name + "="
        return entries.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }

    var owner: OwnerTag? { self[OwnerTag.variable].flatMap { OwnerTag(value: $0) } }

    /// The numbers of all processes.
    static func processes() -> [Int32] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var numbers: [Int32] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let number = Int32(name) { numbers.append(number) }
        }
        return numbers
    }

    /// The program's name as the kernel keeps it, at most 15 bytes.
    static func program(of process: Int32) -> String {
        String(decoding: (read("/proc/\(process)/comm") ?? []).prefix { $0 != 10 }, as: UTF8.self)
    }

    /// Whether a program is just being put in the process's place (execve(2)): the kernel shows neither its arguments nor
    /// its environment until both stand in the new memory (fs/proc/base.c, `environ_read` and `get_mm_cmdline`).
    /// Kernel threads and processes that have ended show none either, but have no memory.
    static func isBeingStarted(_ process: Int32) -> Bool {
        guard read("/proc/\(process)/environ")?.isEmpty == true, read("/proc/\(process)/cmdline")?.isEmpty == true,
            let memory = read("/proc/\(process)/statm")
        else { return false }
        return memory.first != UInt8(ascii: "0")
    }

    /// At most 256 KiB; the tag stands where labd put it, whatever else is there.
    private static func read(_ path: String) -> [UInt8]? {
        guard let file = try? FileDescriptor.open(path, .readOnly) else { return nil }
        defer { try? file.close() }
        var bytes: [UInt8] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 1)
        defer { buffer.deallocate() }
        while bytes.count < 262_144 {
            guard let count = try? file.read(into: buffer) else { return nil }
            if count == 0 { break }
            bytes.append(contentsOf: buffer.prefix(count))
        }
        return bytes
    }
}

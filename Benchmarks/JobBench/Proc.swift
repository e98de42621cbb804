import Foundation
import Glibc

/// Reads the kernel's list of processes.
enum Proc {
    static func read(_ path: String) -> String {
        guard let file = try? Descriptor(open(path, O_RDONLY), path), let bytes = try? file.read(16_384) else {
            return ""
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The names in a folder.
    static func entries(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    static func processes() -> Set<pid_t> { Set(entries("/proc").compactMap { pid_t($0) }) }

    /// The fields of `/proc/PID/stat` behind the program's name: state, parent, and so on.
    static func stat(_ process: pid_t) -> [Substring]? {
        let text = read("/proc/\(process)/stat")
        guard let end = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: end)...].split(separator: " ")
    }

    static func isChild(_ process: pid_t, of parent: pid_t) -> Bool {
        stat(process).flatMap { $0.count > 1 ? pid_t($0[1]) : nil } == parent
    }

    /// The program that a process runs, at most 15 bytes.
    static func program(_ process: pid_t) -> String {
        read("/proc/\(process)/comm").trimmingCharacters(in: .newlines)
    }
}

/// Waits for the moment in which a process executes a program, by looking at the list of processes again and again.
struct ExecWatch {
    let parent: pid_t
    let program: String
    private var known = Proc.processes()
    private var children: Set<pid_t> = []

    init(parent: pid_t, program: String) {
        self.parent = parent
        self.program = String(program.prefix(15))
    }

    /// Whether it has happened by now.
    mutating func look() -> Bool {
        let now = Proc.processes()
        for process in now.subtracting(known) where Proc.isChild(process, of: parent) { children.insert(process) }
        known = now
        return children.contains { Proc.program($0) == program }
    }
}

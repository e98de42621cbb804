import Foundation

/// What runs on this machine, from `/proc`.
struct ProcessTable {
    /// A process, told from a later one of the same number.
    struct Process: Hashable, Sendable {
        var number: Int32
        /// In ticks since the machine started (proc(5), field 22 of `stat`).
        var started: UInt64
    }

    private var parents: [Int32: Int32] = [:]
    private var starts: [Int32: UInt64] = [:]

    init() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let number = Int32(name), let stat = FileManager.default.contents(atPath: "/proc/\(name)/stat")
            else { continue }
            // The name in parentheses may hold anything; fields are counted behind it.
            let text = String(decoding: stat, as: UTF8.self)
            guard let end = text.lastIndex(of: ")") else { continue }
            let fields = text[text.index(after: end)...].split(separator: " ")
            guard fields.count > 19, fields[0] != "Z", let parent = Int32(fields[1]), let start = UInt64(fields[19])
            else { continue }
            parents[number] = parent
            starts[number] = start
        }
    }

    /// Everything that descends from a process.
    func descendants(of number: Int32) -> Set<Process> {
        var found: Set<Process> = []
        var open = [number]
        while let next = open.popLast() {
            for (child, parent) in parents where parent == next {
                guard let start = starts[child], found.insert(Process(number: child, started: start)).inserted else {
                    continue
                }
                open.append(child)
            }
        }
        return found
    }

    func contains(_ process: Process) -> Bool { starts[process.number] == process.started }
}

extension ProcessTable.Process: CustomStringConvertible {
    var description: String {
        let line = FileManager.default.contents(atPath: "/proc/\(number)/cmdline") ?? Data()
        return "\(number) \(String(decoding: line, as: UTF8.self).replacing("\0", with: " ").prefix(120))"
    }
}

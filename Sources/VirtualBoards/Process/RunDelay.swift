import Glibc
import SystemPackage

/// How long a process was ready to run and did not.
enum RunDelay {
    /// The longest of its threads' delays, from the second number of `schedstat` (Linux,
    /// Documentation/scheduler/sched-stats.rst); zero when the process is gone or the kernel keeps no such statistics.
    static func longest(of process: pid_t) -> Duration {
        guard let folder = opendir("/proc/\(process)/task") else { return .zero }
        defer { closedir(folder) }
        var longest: Int64 = 0
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let thread = pid_t(name), let text = contents("/proc/\(process)/task/\(thread)/schedstat") else {
                continue
            }
            let numbers = text.split { $0 == " " || $0 == "\n" }
            if numbers.count > 1, let delay = Int64(numbers[1]) { longest = max(longest, delay) }
        }
        return .nanoseconds(longest)
    }

    private static func contents(_ path: String) -> String? {
        guard let file = try? FileDescriptor.open(FilePath(path), .readOnly) else { return nil }
        defer { try? file.close() }
        return try? String(unsafeUninitializedCapacity: 128) { room in
            try file.read(into: UnsafeMutableRawBufferPointer(room))
        }
    }
}

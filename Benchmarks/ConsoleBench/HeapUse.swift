import Foundation

/// The bytes that this process has allocated and not freed, by glibc's own books: all arenas and mapped blocks.
func allocatedBytes() -> Int {
    // Neither function is imported into Swift; both are glibc's since 2.10.
    typealias Info = @convention(c) (CInt, UnsafeMutablePointer<FILE>) -> CInt
    guard let symbol = dlsym(nil, "malloc_info") else { return 0 }
    var text: UnsafeMutablePointer<CChar>?
    var size = 0
    guard let file = open_memstream(&text, &size) else { return 0 }
    _ = unsafeBitCast(symbol, to: Info.self)(0, file)
    fclose(file)
    defer { free(text) }
    let books = text.map { String(cString: $0) } ?? ""
    // The totals of all arenas come last.
    guard let end = books.range(of: "</heap>", options: .backwards) else { return 0 }
    let totals = books[end.upperBound...].split(separator: "\n")
    func total(_ type: String) -> Int {
        guard let line = totals.first(where: { $0.contains(type) }), let start = line.range(of: "size=\"") else {
            return 0
        }
        return Int(line[start.upperBound...].prefix { $0.isNumber }) ?? 0
    }
    let free = total("<total type=\"fast\"") + total("<total type=\"rest\"")
    return total("<system type=\"current\"") - free + total("<total type=\"mmap\"")
}

/// The resident set of this process, in bytes.
func residentBytes() -> Int {
    let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
}

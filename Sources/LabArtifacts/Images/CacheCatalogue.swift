/// Which files a cache holds, who uses them, and which have to go.
struct CacheCatalogue {
    private struct File {
        var size: Int64
        var lastUse: Int
        var users = 0
    }

    private let maximumBytes: Int64
    private var files: [String: File] = [:]
    private var uses = 0
    private(set) var bytes: Int64 = 0

    init(maximumBytes: Int64) {
        self.maximumBytes = maximumBytes
    }

    mutating func insert(_ name: String, size: Int64) {
        uses += 1
        bytes += size - (files[name]?.size ?? 0)
        files[name] = File(size: size, lastUse: uses, users: files[name]?.users ?? 0)
    }

    /// - Returns: false when the file is not there.
    mutating func hold(_ name: String) -> Bool {
        guard var file = files[name] else { return false }
        uses += 1
        file.lastUse = uses
        file.users += 1
        files[name] = file
        return true
    }

    /// - Returns: the files to remove.
    mutating func release(_ name: String) -> [String] {
        if let users = files[name]?.users, users > 0 { files[name]?.users = users - 1 }
        return overflow()
    }

    /// Ends a use of a file that turned out wrong, and takes it out unless others use it.
    ///
    /// - Returns: the files to remove.
    mutating func discard(_ name: String) -> [String] {
        let victims = release(name)
        guard let file = files[name], file.users == 0 else { return victims }
        forget(name)
        return victims + [name]
    }

    /// Files that nobody uses, the one that was not used for longest first.
    var idle: [(name: String, size: Int64)] {
        files.filter { $0.value.users == 0 }.sorted { $0.value.lastUse < $1.value.lastUse }
            .map { ($0.key, $0.value.size) }
    }

    /// Takes a file out unless somebody uses it.
    ///
    /// - Returns: whether it is to be removed.
    mutating func evict(_ name: String) -> Bool {
        guard let file = files[name], file.users == 0 else { return false }
        forget(name)
        return true
    }

    mutating func forget(_ name: String) {
        if let file = files.removeValue(forKey: name) { bytes -= file.size }
    }

    /// Takes files out until the rest fits.
    ///
    /// - Returns: the files to remove.
    mutating func overflow() -> [String] {
        guard bytes > maximumBytes else { return [] }
        var victims: [String] = []
        let idle = files.filter { $0.value.users == 0 }.sorted { $0.value.lastUse < $1.value.lastUse }
        for (name, _) in idle where bytes > maximumBytes {
            forget(name)
            victims.append(name)
        }
        return victims
    }
}

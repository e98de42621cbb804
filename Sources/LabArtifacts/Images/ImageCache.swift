import Glibc
import LabModel
import Synchronization

/// Files by their SHA-256, up to a size: the one that was not used for longest goes first, and never one in use.
final class ImageCache: Sendable {
    private struct State {
        var catalogue: CacheCatalogue
        var nextPartial = 0
    }

    private let folder: String
    private let state: Mutex<State>
    let index: CacheIndex

    /// Opens or creates the cache. What an earlier run left half done is removed.
    init(folder: String, maximumBytes: Int64) throws {
        self.folder = folder
        index = CacheIndex(folder: folder + "/index")
        try HostFolder.remove(folder + "/partial")
        for name in ["files", "index", "partial"] { try HostFolder.create(folder + "/" + name, mode: 0o700) }
        var found: [(name: String, size: Int64, used: Int64)] = []
        for name in try HostFolder.names(in: folder + "/files") where name.utf8.count == 64 {
            guard let status = try HostFolder.status(of: folder + "/files/" + name) else { continue }
            found.append((name, Int64(status.st_size), Int64(status.st_mtim.tv_sec)))
        }
        var catalogue = CacheCatalogue(maximumBytes: maximumBytes)
        for file in found.sorted(by: { $0.used < $1.used }) { catalogue.insert(file.name, size: file.size) }
        state = Mutex(State(catalogue: catalogue))
    }

    func path(of sha256: String) -> String {
        folder + "/files/" + sha256
    }

    /// Keeps a file from going; nil when it is not there. Each `hold` needs its `release`.
    func hold(_ sha256: String) -> String? {
        let path = path(of: sha256)
        let isThere = state.withLock { $0.catalogue.hold(sha256) }
        guard isThere else { return nil }
        // The time of last use survives in the file's own time. A file that somebody took away is forgotten.
        guard utimensat(AT_FDCWD, path, nil, 0) == 0 else {
            state.withLock { $0.catalogue.forget(sha256) }
            return nil
        }
        return path
    }

    func release(_ sha256: String) {
        let victims = state.withLock { $0.catalogue.release(sha256) }
        remove(victims)
    }

    /// Ends a use of a file that is not what a job said of it: kept, it would be found again and again.
    func discard(_ sha256: String) {
        let victims = state.withLock { $0.catalogue.discard(sha256) }
        remove(victims)
    }

    /// A new path to download to.
    func newPartial() -> String {
        let number = state.withLock { state in
            state.nextPartial += 1
            return state.nextPartial
        }
        return "\(folder)/partial/\(number)"
    }

    /// Takes a downloaded file in; the caller holds it afterwards.
    func adopt(_ partial: String, sha256: String, size: Int64) throws {
        try HostFolder.rename(partial, to: path(of: sha256))
        let victims = state.withLock { state in
            state.catalogue.insert(sha256, size: size)
            _ = state.catalogue.hold(sha256)
            return state.catalogue.overflow()
        }
        remove(victims)
    }

    /// Files that nobody uses and nobody used since `moment`, in seconds since 1970.
    func idle(unusedSince moment: Int64) -> [(name: String, size: Int64)] {
        state.withLock { $0.catalogue.idle }.filter { file in
            guard let status = try? HostFolder.status(of: path(of: file.name)) else { return false }
            return Int64(status.st_mtim.tv_sec) < moment
        }
    }

    /// Removes a file unless somebody uses it by now.
    ///
    /// - Returns: whether it went.
    func evict(_ name: String) -> Bool {
        guard state.withLock({ $0.catalogue.evict(name) }) else { return false }
        remove([name])
        return true
    }

    private func remove(_ victims: [String]) {
        // A file that cannot be removed only takes space.
        for victim in victims { try? HostFolder.remove(path(of: victim)) }
    }
}

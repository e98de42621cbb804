import Foundation
import Glibc
import LabModel

/// Tells when something in a folder may have changed: files written, moved, removed, the folder itself exchanged. It
/// says no more than that; whoever listens looks for himself. Network file systems tell nothing, so looking now and
/// then is needed beside it.
final class FolderWatch: Sendable {
    /// Yields once a storm of changes is over, or has lasted long enough: some of the names that changed.
    let changes: AsyncStream<Set<String>>

    /// Closing it ends the thread.
    private let wake: Int32

    /// Editors and copies write several files at once.
    private static let settle: Int64 = 100
    /// A folder that never falls silent is looked at all the same.
    private static let patience: Int64 = 1000

    /// - Parameter path: absolute; it need not be there yet.
    /// - Throws: `infrastructure` when the kernel has no room for another watch.
    init(_ path: String) throws(Failure) {
        let events = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        var ends: [Int32] = [-1, -1]
        let hasPipe = pipe(&ends) == 0
        for end in ends where end >= 0 { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let end = ends[0]
        wake = ends[1]
        let (stream, continuation) = AsyncStream.makeStream(of: Set<String>.self, bufferingPolicy: .bufferingNewest(16))
        changes = stream
        guard events >= 0, hasPipe else {
            let reason = String(cString: strerror(errno))
            for file in ends + [events] where file >= 0 { close(file) }
            throw Failure(
                .infrastructure, "the folder cannot be watched: \(reason)", at: path,
                advice: "raise fs.inotify.max_user_instances; until then it is looked at now and then")
        }
        let thread = Thread {
            var loop = WatchLoop(path: path, events: events, wake: end)
            loop.run(settle: Self.settle, patience: Self.patience) { continuation.yield($0) }
            continuation.finish()
            close(events)
            close(end)
        }
        thread.name = "board files"
        thread.stackSize = 256 << 10
        thread.start()
    }

    /// Ends the watch; `changes` ends soon after. Call it once.
    func stop() { close(wake) }
}

/// The thread's part: reads events until it is woken to end.
private struct WatchLoop {
    let path: String
    let parent: String
    let name: String
    let events: Int32
    let wake: Int32
    private var folderWatch: Int32 = -1
    private var parentWatch: Int32 = -1
    /// What matters and was not told yet.
    private var names: Set<String> = []
    private static let mostNames = 64

    private static let inFolder = UInt32(
        IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF
            | IN_MOVE_SELF)
    private static let inParent = UInt32(IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)
    /// The watch itself is over, or what it watches is not at its path any more.
    private static let isOver = UInt32(IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)

    init(path: String, events: Int32, wake: Int32) {
        self.path = path
        self.events = events
        self.wake = wake
        let url = URL(fileURLWithPath: path)
        parent = url.deletingLastPathComponent().path
        name = url.lastPathComponent
    }

    /// - Parameters:
    ///   - settle: how long nothing has to happen, in milliseconds.
    ///   - patience: how long at most to wait for that.
    mutating func run(settle: Int64, patience: Int64, changed: (Set<String>) -> Void) {
        arm()
        // What changed before there was a watch.
        changed([])
        var first: Int64?
        while true {
            var watched = [
                pollfd(fd: events, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
            ]
            let timeout = first.map { max(0, min(settle, $0 + patience - Self.now())) } ?? -1
            let ready = poll(&watched, 2, Int32(timeout))
            if ready < 0, errno != EINTR { return }
            if watched[1].revents != 0 { return }
            if ready > 0, drain() { first = first ?? Self.now() }
            if let begun = first, ready == 0 || Self.now() >= begun + patience {
                first = nil
                changed(names)
                names = []
            }
        }
    }

    /// Watches what is at the path now. The kernel gives the same watch for the same folder.
    private mutating func arm() {
        if parentWatch < 0 { parentWatch = inotify_add_watch(events, parent, Self.inParent | UInt32(IN_ONLYDIR)) }
        let watch = inotify_add_watch(events, path, Self.inFolder | UInt32(IN_ONLYDIR))
        if folderWatch >= 0, folderWatch != watch { inotify_rm_watch(events, folderWatch) }
        folderWatch = watch
    }

    /// Reads all events.
    ///
    /// - Returns: whether one of them matters.
    private mutating func drain() -> Bool {
        var matters = false
        var needsArming = false
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = bytes.withUnsafeMutableBytes { read(events, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            var place = 0
            let head = MemoryLayout<inotify_event>.size
            while place + head <= count {
                let event = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: inotify_event.self) }
                let end = min(count, place + head + Int(event.len))
                let name = String(decoding: bytes[(place + head)..<end].prefix { $0 != 0 }, as: UTF8.self)
                place = end
                if event.mask & UInt32(IN_Q_OVERFLOW) != 0 {
                    (matters, needsArming) = (true, true)
                } else if event.wd == folderWatch {
                    let isOver = event.mask & Self.isOver != 0
                    if isOver { needsArming = true }
                    if isOver || BoardFolder.isBoardFile(name) { matters = true }
                    if BoardFolder.isBoardFile(name), names.count < Self.mostNames { names.insert(name) }
                } else if event.wd == parentWatch {
                    if event.mask & Self.isOver != 0 { parentWatch = -1 }
                    if event.mask & Self.isOver != 0 || name == self.name {
                        (matters, needsArming) = (true, true)
                        names.insert(self.name)
                    }
                }
            }
        }
        if needsArming { arm() }
        return matters
    }

    /// Milliseconds of the monotonic clock.
    private static func now() -> Int64 { SystemLabClock().monotonic().nanoseconds / 1_000_000 }
}

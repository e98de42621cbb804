import Foundation
import Glibc
import LabModel
import LabStore

/// What lies where below the state folder.
struct StatePlaces {
    let root: String

    var database: String { root + "/labd.sqlite" }
    var token: String { root + "/token" }
    var log: String { root + "/labd.log" }
    var jobLogs: String { root + "/logs/jobs" }
    var consoles: String { root + "/logs/consoles" }
    var images: String { root + "/cache/images" }
    var work: String { root + "/work" }
    /// Recordings and journals of power-cut explorations.
    var powerCuts: String { root + "/powercut" }
    /// How often each channel of the lab's devices was switched.
    var wear: String { root + "/switch-wear" }
    /// Which keeper holds which GPIO lines.
    var keeperMemory: String { root + "/gpio" }
    /// Where the keeper of GPIO lines listens, over the lives of labd.
    var keeper: String { sockets + "/keeper" }
    /// Unix sockets of boards.
    var sockets: String { root + "/run" }

    /// What belongs to the host and not to the lab's memory: the keeper goes on while labd is stopped, at this socket,
    /// and what is remembered of it is true of it alone. No backup has them.
    private var ofHost: [String] { [sockets, keeperMemory] }

    /// Whether there is nothing but what belongs to the host, which a keeper that was started first has made.
    var hasNoMemory: Bool {
        let expected = ofHost.map { String($0.dropFirst(root.count + 1)) }
        return HostEntry.names(in: root).allSatisfy { expected.contains($0) }
    }

    /// Whether anything is there that belongs to the host.
    var hasKeeper: Bool { ofHost.contains { HostEntry($0) != nil } }

    /// Moves what belongs to the host into another state folder. A socket answers under its new name as under the old
    /// one, and the keeper's lock beside it holds on.
    ///
    /// - Throws: `infrastructure` when it cannot be moved.
    func handOver(to other: StatePlaces) throws(Failure) {
        for (source, target) in zip(ofHost, other.ofHost) where HostEntry(source) != nil {
            guard rename(source, target) == 0 else {
                throw Failure(
                    .infrastructure, "a folder cannot be moved to \(target): \(String(cString: strerror(errno)))",
                    at: source)
            }
        }
    }

    /// - Parameter mustBeNew: whether a state folder that is there already is refused.
    /// - Returns: whether the state folder was made, and was not there before.
    /// - Throws: `configuration` when a folder cannot be made.
    func make(mustBeNew: Bool = false) throws(Failure) -> Bool {
        if let slash = root.lastIndex(of: "/"), slash > root.startIndex { try makeFolder(String(root[..<slash])) }
        // mkdir(2) itself tells who made the folder, without a race.
        let isNew = mkdir(root, 0o700) == 0
        if mustBeNew, !isNew {
            throw Failure(
                .configuration, "the temporary state folder cannot be made: \(String(cString: strerror(errno)))",
                at: root, advice: "choose another with --state")
        }
        for folder in [root, jobLogs, consoles, images, work, powerCuts, sockets] { try makeFolder(folder) }
        return isNew
    }

    private func makeFolder(_ folder: String) throws(Failure) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure(
                .configuration, "the state folder cannot be made: \(Self.reason(error))", at: folder,
                advice: "choose another with --state")
        }
    }

    private static func reason(_ error: any Error) -> String {
        let cause = (error as? CocoaError)?.underlying as? POSIXError
        return cause.map { String(cString: strerror($0.code.rawValue)) } ?? error.localizedDescription
    }

    /// Removes everything; only for a folder that this run made, and that nobody else can have taken since.
    func remove() {
        try? FileManager.default.removeItem(atPath: root)
    }
}

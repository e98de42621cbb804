import Foundation
import LabModel

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
    /// Unix sockets of virtual boards.
    var sockets: String { root + "/run" }

    /// - Throws: `configuration` when a folder cannot be made.
    func make() throws(Failure) {
        for folder in [root, jobLogs, consoles, images, work, sockets] {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw Failure(
                    .configuration, "the state folder cannot be made: \(error.localizedDescription)", at: folder,
                    advice: "choose another with --state")
            }
        }
    }

    /// Removes everything; for a daemon that keeps nothing.
    func remove() {
        try? FileManager.default.removeItem(atPath: root)
    }
}

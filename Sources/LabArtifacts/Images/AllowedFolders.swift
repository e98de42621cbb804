import LabModel

/// The folders of the host that jobs may read from.
struct AllowedFolders: Hashable, Sendable {
    private let folders: [String]

    init(_ folders: [String]) {
        self.folders = folders
    }

    /// The real path of `path`, links followed.
    ///
    /// - Throws: `job` when it is outside or missing; one message for both, so that a job cannot ask what exists.
    func resolve(_ path: String) throws(Failure) -> String {
        if let real = HostFolder.resolved(path) {
            for folder in folders {
                if let root = HostFolder.resolved(folder), HostFolder.contains(root, real) { return real }
            }
        }
        let places = folders.isEmpty ? "no folder is allowed here" : "allowed are: \(folders.joined(separator: ", "))"
        throw Failure(
            .job, "file://\(ArchivePath.shown(path)) is missing or not below a folder that jobs may read",
            advice: "\(places); the setting is the list of image folders in labd's configuration")
    }
}

import Foundation
import JobEngine
import LabModel

/// Jobs' folders below one folder of the daemon's.
struct WorkspaceFolders: WorkspaceProvider {
    let root: String

    func makeWorkspace(for job: JobID) async throws(Failure) -> String {
        let path = folder(of: job)
        await removeWorkspace(of: job)
        try await makeFolder(path)
        return path
    }

    func makeFolder(_ path: String) async throws(Failure) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure(
                .infrastructure, "a folder for the job cannot be made: \(error.localizedDescription)", at: path,
                advice: "check the space and the rights of the state folder")
        }
    }

    func removeWorkspace(of job: JobID) async {
        try? FileManager.default.removeItem(atPath: folder(of: job))
    }

    /// Removes what jobs of an earlier life of the daemon left.
    func removeAll() {
        try? FileManager.default.removeItem(atPath: root)
    }

    private func folder(of job: JobID) -> String { "\(root)/\(job)" }
}

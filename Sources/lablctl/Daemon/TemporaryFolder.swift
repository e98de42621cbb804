import Foundation
import Glibc
import LabModel

/// A folder of our own under the temporary folder, for us alone.
struct TemporaryFolder {
    let path: String

    /// - Throws: with `internalError` when it cannot be made.
    init(environment: [String: String]) throws(CommandError) {
        let named = environment["TMPDIR"] ?? ""
        // A socket's path must stay below 108 bytes, which a long TMPDIR may not leave room for.
        let parent = named.hasPrefix("/") && named.utf8.count <= 60 ? named : "/tmp"
        var template = Array("\(parent)/lablctl-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            let reason = HostFiles.errorText()
            throw CommandError(
                .internalError, Failure(.infrastructure, "cannot make a folder in \(parent): \(reason)"))
        }
        path = template.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { String(cString: $0) } ?? parent
        }
    }

    func remove() {
        // What cannot be removed is left to whoever cleans the temporary folder.
        try? FileManager.default.removeItem(atPath: path)
    }
}

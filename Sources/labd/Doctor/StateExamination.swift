import Foundation
import Glibc

/// Whether the state folder can be made, found out by making a folder beside where it will be, and removing it.
struct StateExamination {
    let path: String

    var check: HostCheck {
        let parent = nearest
        guard let obstacle = obstacle(in: parent) else {
            return HostCheck(
                name: "state folder", verdict: .ok, detail: parent == path ? path : "\(path), made at the first start")
        }
        return HostCheck(
            name: "state folder", verdict: .missing, detail: "\(path): \(obstacle)",
            mend: "choose another with --state, or make \(parent) writable")
    }

    /// The state folder, or the first of the folders above it that exists.
    var nearest: String {
        var folder = path
        while access(folder, F_OK) != 0, let slash = folder.lastIndex(of: "/") {
            if slash == folder.startIndex { return "/" }
            folder = String(folder[..<slash])
        }
        return folder
    }

    private func obstacle(in folder: String) -> String? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            return "\(folder) is not a folder"
        }
        let resolved = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path + "/"
        if let system = Self.kernelsOwn.first(where: { resolved.hasPrefix($0) }) {
            return "\(system) belongs to the kernel and keeps no files"
        }
        var template = Array((folder + "/.labd-doctor-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            return "nothing can be made in \(folder): \(String(cString: strerror(errno)))"
        }
        rmdir(template)
        return nil
    }

    private static let kernelsOwn = ["/proc/", "/sys/"]
}

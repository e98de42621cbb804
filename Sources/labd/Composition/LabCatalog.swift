import Dispatch
import JobDSL
import LabModel
import Synchronization

/// The device types of the lab, read again when their files changed. Whoever resolved a type before keeps what it got.
final class LabCatalog: DeviceCatalog {
    private struct State {
        var catalog: DeviceTypeCatalog
        var stamps: [FileStamp]
        var generation = 0
    }

    private let folders: [String]
    private let lab: [String: DataValue]
    private let state: Mutex<State>
    private static let mostFiles = 20_000
    private static let deepest = 10

    /// - Parameter lab: variables for all boards of the lab.
    init(folders: [String], lab: [String: DataValue] = [:]) {
        self.folders = folders
        self.lab = lab
        state = Mutex(
            State(catalog: DeviceTypeCatalog(folders: folders, lab: lab), stamps: Self.stamps(of: folders)))
    }

    var current: DeviceTypeCatalog { state.withLock { $0.catalog } }

    /// Looks at the files. Blocks: call it on a thread that may wait.
    ///
    /// - Returns: the catalog, with a number that is another one after each change.
    func refreshed() -> (catalog: DeviceTypeCatalog, generation: Int) {
        let stamps = Self.stamps(of: folders)
        return state.withLock { state in
            if stamps != state.stamps {
                state.stamps = stamps
                state.catalog = DeviceTypeCatalog(folders: folders, lab: lab)
                state.generation += 1
            }
            return (state.catalog, state.generation)
        }
    }

    func profile(
        of type: DeviceTypeName, variables: [String: DataValue], context: [String: DataValue]
    ) throws(Failure) -> DeviceProfile {
        try current.profile(of: type, variables: variables, context: context)
    }

    private static func stamps(of folders: [String]) -> [FileStamp] {
        var stamps: [FileStamp] = []
        for folder in folders { add(folder, depth: 1, to: &stamps) }
        return stamps
    }

    private static func add(_ folder: String, depth: Int, to stamps: inout [FileStamp]) {
        guard depth <= deepest, let names = BoardFolder.names(in: folder, most: mostFiles) else { return }
        for name in names.sorted() where !name.hasPrefix(".") && stamps.count < mostFiles {
            let path = folder + "/" + name
            guard let stamp = FileStamp(path: path) else { continue }
            if stamp.isFolder {
                add(path, depth: depth + 1, to: &stamps)
            } else {
                stamps.append(stamp)
            }
        }
    }
}

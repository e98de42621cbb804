import LabModel
import Synchronization

/// The disks that are offered at the moment, by name. Disks come and go while boards run.
public final class DiskShelf: DiskExportCatalog {
    private let disks = Mutex<[String: any DiskExport]>([:])

    public init() {}

    /// Offers `disk` as `name`, instead of whatever had that name.
    public func put(_ disk: any DiskExport, as name: String) {
        disks.withLock { $0[name] = disk }
    }

    /// Takes the disk from the shelf. A board that has it keeps it.
    public func remove(_ name: String) {
        disks.withLock { $0[name] = nil }
    }

    public func export(named name: String) -> (any DiskExport)? {
        disks.withLock { $0[name] }
    }

    public var names: [String] { disks.withLock { $0.keys.sorted() } }
}

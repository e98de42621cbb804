import Glibc
import LabModel
import SystemPackage

/// A built board kit: what a virtual board needs to boot from its own disk. Made by `board-kit/build`.
struct BoardKit: Hashable, Sendable {
    /// The folder of one build; `current` is resolved, so that a newer build does not change a running job's board.
    let folder: String

    /// U-Boot, run from the machine's first flash.
    var firmware: String { folder + "/u-boot.bin" }
    /// The machine's second flash, read-only: the boot loader's factory environment.
    var factoryEnvironment: String { folder + "/factory-env.img" }
    /// The disk as the factory leaves it.
    var disk: String { folder + "/disk.img" }
    /// A slot image of the next version.
    var update: String { folder + "/update.img" }

    /// Finds the present build of kit `name` below `kits`.
    ///
    /// - Throws: `configuration` when there is none.
    init(named name: String, in kits: String) throws(Failure) {
        guard !name.isEmpty, !name.contains("/"), name != ".." else {
            throw Failure(.configuration, "'\(name)' is no name of a board kit")
        }
        let link = "\(kits)/\(name)/current"
        guard let resolved = realpath(link, nil) else {
            throw Failure(
                .configuration, "board kit \(name) is not built: there is no \(link)",
                advice: "run board-kit/build \(kits)")
        }
        defer { free(resolved) }
        folder = String(cString: resolved)
        for file in [firmware, factoryEnvironment, disk, update] where access(file, R_OK) != 0 {
            throw Failure(
                .configuration, "board kit \(name) is incomplete: cannot read \(file)",
                advice: "remove \(folder) and run board-kit/build \(kits)")
        }
    }
}

import FoundationEssentials
import Glibc
import LabModel
import SystemPackage

/// A built board kit: what a virtual board needs to boot from its own disk. Made by `board-kit/build`.
struct BoardKit: Hashable, Sendable {
    /// The folder of one build; `current` is resolved, so that a newer build does not change a running job's board.
    let folder: String
    private let files: Files

    /// What `kit.json` names under `files`, each beside it.
    private struct Files: Hashable, Codable {
        var firmware: String?
        var loader: String?
        var kernel: String?
        var ramdisk: String?
        var factoryEnvironment: String?
        var disk: String
        var update: String?

        /// What was in every kit before they named their files.
        static let unnamed = Files(
            firmware: "u-boot.bin", factoryEnvironment: "factory-env.img", disk: "disk.img", update: "update.img")

        var all: [String] {
            [disk] + [firmware, loader, kernel, ramdisk, factoryEnvironment, update].compactMap(\.self)
        }
    }

    private struct Description: Codable {
        var files: Files?
    }

    /// What the processor runs first: U-Boot, OpenSBI or UEFI; nil for the machine's own.
    var firmware: String? { files.firmware.map(path) }
    /// The boot loader that the firmware starts, where it does not find it on the disk.
    var loader: String? { files.loader.map(path) }
    /// The kernel that the emulator starts by itself, of a kit without a boot loader.
    var kernel: String? { files.kernel.map(path) }
    var ramdisk: String? { files.ramdisk.map(path) }
    /// The machine's second flash, read-only: the boot loader's factory environment.
    var factoryEnvironment: String? { files.factoryEnvironment.map(path) }
    /// The disk as the factory leaves it.
    var disk: String { path(files.disk) }
    /// A slot image of the next version.
    var update: String? { files.update.map(path) }

    private func path(_ file: String) -> String { "\(folder)/\(file)" }

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
                advice: "run board-kit/build --kit \(name) \(kits)")
        }
        defer { free(resolved) }
        folder = String(cString: resolved)
        let description = folder + "/kit.json"
        let rebuild = "remove \(folder) and run board-kit/build --kit \(name) \(kits)"
        do {
            let data = try Data(contentsOf: URL(filePath: description))
            files = try JSONDecoder().decode(Description.self, from: data).files ?? .unnamed
        } catch {
            throw Failure(
                .configuration, "board kit \(name) is incomplete: cannot read \(description)", advice: rebuild)
        }
        for file in files.all where file.isEmpty || file.contains("/") || file.hasPrefix(".") {
            throw Failure(.configuration, "\(description) names '\(file)', which is no file beside it", advice: rebuild)
        }
        for file in files.all where access(path(file), R_OK) != 0 {
            throw Failure(
                .configuration, "board kit \(name) is incomplete: cannot read \(path(file))", advice: rebuild)
        }
    }
}

import Foundation
import Glibc
import JobDSL
import LabModel
import LabStore

/// Looks at what the host offers, without leaving anything behind.
struct HostExamination {
    let configuration: LabdConfiguration
    let shared: SharedFiles?
    let path: [String]

    func run() -> [HostCheck] {
        [StateExamination(path: configuration.state).check] + deviceTypes + boards
            + Self.kits.map(kit) + [
                freeSpace, retention, TFTPExamination(host: configuration.tftpHost, port: configuration.tftpPort).check,
            ]
            + DeviceExamination(configuration: configuration).checks + Self.programs.map(program)
    }

    private struct Program {
        var name: String
        var package: String
        var use: String
        var isVital: Bool
    }

    private static let programs = [
        Program(name: "qemu-system-aarch64", package: "qemu-system-arm", use: "virtual arm64 boards", isVital: true),
        Program(name: "setpriv", package: "util-linux", use: "children that end with labd", isVital: true),
        Program(name: "mke2fs", package: "e2fsprogs", use: "overlays on a drive of their own", isVital: true),
        Program(name: "git", package: "git", use: "test definitions from repositories", isVital: false),
        Program(
            name: "qemu-system-x86_64", package: "qemu-system-x86",
            use: "jobs with `arch: amd64` and boards of type virt-x86-grub", isVital: false),
        Program(
            name: "qemu-system-riscv64", package: "qemu-system-misc", use: "boards of type virt-riscv64",
            isVital: false),
        Program(name: "grub-mkimage", package: "grub-common", use: "building the board kit amd64-grub", isVital: false),
    ]

    private func program(_ wanted: Program) -> HostCheck {
        let candidates = path.map { folder in "\(folder)/\(wanted.name)" }
        if let found = candidates.first(where: { access($0, X_OK) == 0 }) {
            return HostCheck(name: wanted.name, verdict: .ok, detail: found)
        }
        return HostCheck(
            name: wanted.name, verdict: wanted.isVital ? .missing : .limited,
            detail: "not found; needed for \(wanted.use)",
            mend: "apt-get install \(wanted.package)")
    }

    private var deviceTypes: [HostCheck] {
        guard let shared else {
            return [
                HostCheck(
                    name: "device types", verdict: .missing, detail: "the shipped device types were not found",
                    mend: "set LABD_SHARE to the folder that holds device-types/")
            ]
        }
        let catalog = DeviceTypeCatalog(folders: configuration.deviceTypes)
        let errors = catalog.lint().filter { $0.severity == .error }
        guard !errors.isEmpty else {
            let folders = ([shared.deviceTypes] + configuration.deviceTypes.filter { $0 != shared.deviceTypes })
                .joined(separator: ", ")
            return [
                HostCheck(
                    name: "device types", verdict: .ok, detail: "\(catalog.names.count) types below \(folders)")
            ]
        }
        return errors.enumerated().map { index, error in
            HostCheck(
                name: "device types", verdict: .missing, detail: error.description,
                mend: index == errors.count - 1
                    ? "mend the file, or take its folder out of `device_types`" : nil)
        }
    }

    /// Every board's description, type, variables and options, and what its driver needs.
    private var boards: [HostCheck] {
        let types = LabCatalog(folders: configuration.deviceTypes)
        var scanner = BoardScanner(configuration: configuration, shared: shared, types: types)
        let scan = scanner.scan()
        return scan.readings.flatMap { check($0, types.current) }
            + scan.problems.map { problem in
                HostCheck(
                    name: "board files", verdict: problem.severity == .error ? .missing : .limited,
                    detail: problem.description)
            }
    }

    private func check(_ reading: BoardReading, _ catalog: DeviceTypeCatalog) -> [HostCheck] {
        let name = "board \(reading.name)"
        guard let board = reading.fit else {
            return reading.diagnostics.map { diagnostic in
                HostCheck(name: name, verdict: .missing, detail: diagnostic.description)
            }
        }
        let type = "type \(board.type), driver \(board.driver)"
        guard board.driver == "qemu",
            let profile = try? catalog.profile(of: board.type, variables: board.variables)
        else { return [HostCheck(name: name, verdict: .ok, detail: type)] }
        let setting = { (key: String) in board.options[key]?.string ?? profile.emulator[key]?.string }
        let emulator = Self.emulator(of: setting("arch") ?? profile.architecture)
        guard isInstalled(emulator) else {
            return [
                HostCheck(name: name, verdict: .limited, detail: "\(type); its program \(emulator) is not installed")
            ]
        }
        guard let kit = setting("kit") else { return [HostCheck(name: name, verdict: .ok, detail: type)] }
        return [
            HostCheck(
                name: name, verdict: .ok,
                detail: "\(type), kit \(kit)" + (isBuilt(kit) ? "" : ", which is built at first use"))
        ]
    }

    private static func emulator(of architecture: String) -> String {
        let names = ["arm64": "aarch64", "armhf": "arm", "amd64": "x86_64"]
        return "qemu-system-" + (names[architecture] ?? architecture)
    }

    private func isInstalled(_ program: String) -> Bool { path.contains { access("\($0)/\(program)", X_OK) == 0 } }

    private func isBuilt(_ kit: String) -> Bool {
        access("\(configuration.kits)/\(kit)/current/disk.img", R_OK) == 0
    }

    /// The kits of the shipped types, first that of the boards that are there without a configuration.
    private static let kits = ["arm64-ab", "riscv64-uboot", "amd64-grub"]

    private func kit(_ name: String) -> HostCheck {
        let check = "board kit \(name)"
        if isBuilt(name) {
            return HostCheck(name: check, verdict: .ok, detail: "\(configuration.kits)/\(name)/current")
        }
        guard name == Self.kits[0] else {
            return HostCheck(name: check, verdict: .ok, detail: "not built; the first board that needs it builds it")
        }
        return HostCheck(
            name: check, verdict: .missing, detail: "not built yet",
            mend: "\(shared?.kitBuilder ?? "board-kit/build") \(configuration.kits)")
    }

    private var freeSpace: HostCheck {
        let folder = StateExamination(path: configuration.state).nearest
        guard let space = HostEntry.space(around: folder) else {
            return HostCheck(
                name: "disk space", verdict: .limited, detail: "how much is free below \(folder) is unknown")
        }
        var gauge = DiskGauge(marks: configuration.diskMarks)
        _ = gauge.observe(space)
        let low = configuration.diskMarks.low.bytes(of: space.capacity)
        let detail = "\(space.free >> 20) MiB free; the queue stands still below \(low >> 20) MiB (`disk: low_water`)"
        guard gauge.level == .ample else {
            return HostCheck(
                name: "disk space", verdict: .limited, detail: detail,
                mend: "free some space for \(folder), or let `retention` remove more")
        }
        let isEnough = space.free > 2 << 30
        return HostCheck(
            name: "disk space", verdict: isEnough ? .ok : .limited, detail: detail,
            mend: isEnough ? nil : "free some space: virtual boards and images want 2 GiB")
    }

    /// What goes by itself, so that nobody learns it too late.
    private var retention: HostCheck {
        let policy = configuration.retention
        return HostCheck(
            name: "retention", verdict: .ok,
            detail: policy.isForEver ? "logs, recordings and results are kept for ever" : policy.words)
    }
}

import Foundation
import Glibc
import JobDSL
import LabModel

/// One thing that labd needs from the host.
struct HostCheck: Codable {
    enum Verdict: String, Codable {
        case ok
        /// Something is not there that only some jobs need.
        case limited
        case missing
    }

    var name: String
    var verdict: Verdict
    var detail: String
    /// The command that mends it.
    var mend: String?
}

/// Looks at what the host offers, without changing anything.
struct HostExamination {
    let configuration: LabdConfiguration
    let shared: SharedFiles?
    let path: [String]

    func run() -> [HostCheck] {
        [state, deviceTypes, kit, freeSpace, tftpPort] + Self.programs.map(program)
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
        Program(name: "qemu-system-x86_64", package: "qemu-system-x86", use: "jobs with `arch: amd64`", isVital: false),
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

    private var state: HostCheck {
        var folder = configuration.state
        while access(folder, F_OK) != 0, let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
            folder = String(folder[..<slash])
        }
        let isWritable = access(folder, W_OK) == 0
        return HostCheck(
            name: "state folder", verdict: isWritable ? .ok : .missing, detail: configuration.state,
            mend: isWritable ? nil : "choose another with --state, or make \(folder) writable")
    }

    private var deviceTypes: HostCheck {
        guard let shared else {
            return HostCheck(
                name: "device types", verdict: .missing, detail: "the shipped device types were not found",
                mend: "set LABD_SHARE to the folder that holds device-types/")
        }
        let catalog = DeviceTypeCatalog(folders: configuration.deviceTypes)
        let errors = catalog.lint().filter { $0.severity == .error }
        guard let first = errors.first else {
            return HostCheck(
                name: "device types", verdict: .ok, detail: "\(catalog.names.count) types below \(shared.deviceTypes)")
        }
        return HostCheck(
            name: "device types", verdict: .missing, detail: "\(errors.count) errors; the first: \(first)",
            mend: "mend the file, or take its folder out of `device_types`")
    }

    private var kit: HostCheck {
        let place = "\(configuration.kits)/arm64-ab/current"
        if access("\(place)/disk.img", R_OK) == 0 {
            return HostCheck(name: "board kit arm64-ab", verdict: .ok, detail: place)
        }
        return HostCheck(
            name: "board kit arm64-ab", verdict: .missing, detail: "not built yet",
            mend: "\(shared?.kitBuilder ?? "board-kit/build") \(configuration.kits)")
    }

    private var freeSpace: HostCheck {
        let values = try? URL(fileURLWithPath: "/").appendingPathComponent(configuration.state)
            .deletingLastPathComponent()
            .resourceValues(forKeys: [.volumeAvailableCapacityKey])
        let free = values?.volumeAvailableCapacity ?? 0
        guard free > 0 else {
            return HostCheck(name: "disk space", verdict: .limited, detail: "unknown until the state folder is there")
        }
        let isEnough = free > 2 << 30
        return HostCheck(
            name: "disk space", verdict: isEnough ? .ok : .limited, detail: "\(free >> 20) MiB free",
            mend: isEnough ? nil : "free some space: virtual boards and images want 2 GiB")
    }

    /// Whether a board's boot loader could fetch files: it asks at port 69 and nowhere else.
    private var tftpPort: HostCheck {
        let place = "\(configuration.tftpHost ?? "127.0.0.2"):\(configuration.tftpPort)"
        let isPrivileged = geteuid() == 0 || configuration.tftpPort >= 1024
        return HostCheck(
            name: "TFTP", verdict: isPrivileged ? .ok : .limited,
            detail: isPrivileged ? place : "\(place) needs a privilege; without it `deploy to: tftp` is refused",
            mend: isPrivileged ? nil : "setcap cap_net_bind_service+ep on the labd program, or run it as root")
    }
}

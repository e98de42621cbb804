import Glibc
import LabModel
import Subprocess

/// The emulator for an architecture.
struct EmulatorProgram: Hashable, Sendable {
    /// Such as `qemu-system-aarch64`.
    var name: String
    /// The Debian package that has it.
    var package: String

    /// - Throws: `configuration` for an architecture without one.
    init(architecture: String) throws(Failure) {
        guard let (name, package) = Self.table[architecture] else {
            throw Failure(
                .configuration, "no emulator is known for architecture '\(architecture)'",
                advice: "known are \(Self.table.keys.sorted().joined(separator: ", "))")
        }
        self.name = name
        self.package = package
    }

    /// - Throws: `configuration` with the package to install.
    func requireInstalled(in path: String) throws(Failure) {
        let isThere = path.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
        guard isThere else {
            throw Failure(.configuration, "\(name) is not installed", advice: "apt-get install \(package)")
        }
    }

    /// The first line that the program says of itself; nil when it cannot be run.
    func version() async -> String? {
        let result = try? await run(
            .name(name), arguments: ["--version"], output: .string(limit: 65_536), error: .discarded)
        return result?.standardOutput.split(separator: "\n").first.map(String.init)
    }

    private static let table: [String: (String, String)] = [
        "arm64": ("qemu-system-aarch64", "qemu-system-arm"),
        "armhf": ("qemu-system-arm", "qemu-system-arm"),
        "amd64": ("qemu-system-x86_64", "qemu-system-x86"),
        "i386": ("qemu-system-i386", "qemu-system-x86"),
        "riscv64": ("qemu-system-riscv64", "qemu-system-misc"),
        "mips64el": ("qemu-system-mips64el", "qemu-system-mips"),
        "ppc64el": ("qemu-system-ppc64", "qemu-system-ppc"),
        "s390x": ("qemu-system-s390x", "qemu-system-misc"),
    ]
}

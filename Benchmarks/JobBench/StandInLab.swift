import Foundation

/// A labd that finds the stand-in where it looks for QEMU.
struct StandInLab {
    let folder: TemporaryFolder
    let lab: LabUnderTest

    init(_ kind: String, onTCP: Bool = false) throws {
        folder = try TemporaryFolder()
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/qemu-system-aarch64", withDestinationPath: own)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        lab = try LabUnderTest(
            environment: ["PATH": "\(folder.path):\(path)", StandInBoard.variable: "\(kind):\(folder.path)"],
            onTCP: onTCP)
    }
}

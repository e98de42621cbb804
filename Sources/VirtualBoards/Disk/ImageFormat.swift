import LabModel
import SystemPackage

/// The disk image formats that a board may get.
enum ImageFormat: String {
    case raw, qcow2

    /// Looks at the file, so that the emulator never has to guess.
    ///
    /// A qcow2 file can name other files of the host, as its backing file or its data file; such a one is refused
    /// (docs/interop/qcow2.txt of QEMU: bytes 8–15 backing file offset, bytes 72–79 incompatible features, bit 2).
    ///
    /// - Throws: `job` for such an image, `infrastructure` when the file cannot be read.
    static func detect(_ path: String) throws(Failure) -> ImageFormat {
        var header = [UInt8](repeating: 0, count: 104)
        do {
            let file = try FileDescriptor.open(path, .readOnly)
            defer { try? file.close() }
            let count = try header.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: 0, into: $0) }
            header.removeSubrange(count...)
        } catch {
            throw Failure(.infrastructure, "cannot read image \(path): \(error)")
        }
        guard header.starts(with: [0x51, 0x46, 0x49, 0xFB]) else { return .raw }
        guard header.count >= 72 else { throw Failure(.job, "image \(path) is a damaged qcow2 file") }
        let version = header[4..<8].reduce(0) { $0 << 8 | UInt64($1) }
        let backing = header[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
        let features = version >= 3 && header.count >= 80 ? header[72..<80].reduce(0) { $0 << 8 | UInt64($1) } : 0
        guard backing == 0, features & 4 == 0 else {
            throw Failure(
                .job, "image \(path) refers to another file", advice: "flatten it with qemu-img convert -O qcow2")
        }
        return .qcow2
    }
}

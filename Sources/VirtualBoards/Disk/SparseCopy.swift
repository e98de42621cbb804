import Glibc
import LabModel
import NIOPosix
import SystemPackage

/// Copies images without writing their holes.
enum SparseCopy {
    /// Copies `source` to the new file `destination`: shared blocks where the file system can do that, else data only.
    /// Runs on a thread that may block.
    ///
    /// - Throws: `infrastructure` when a file cannot be read or written.
    static func copy(_ source: String, to destination: String) async throws(Failure) {
        do {
            try await NIOThreadPool.singleton.runIfActive { try copyNow(source, to: destination) }
        } catch {
            throw Failure(.infrastructure, "cannot copy \(source) to \(destination): \(error)")
        }
    }

    // lseek(2) on Linux; the C library shows them to GNU sources only.
    private static let seekData: CInt = 3
    private static let seekHole: CInt = 4

    // linux/fs.h: _IOW(0x94, 9, int). Not in the C library's headers.
    private static let ficlone: UInt = 0x4004_9409

    static func copyNow(_ source: String, to destination: String) throws {
        let input = try FileDescriptor.open(source, .readOnly)
        defer { try? input.close() }
        let output = try FileDescriptor.open(
            destination, .readWrite, options: [.create, .truncate], permissions: [.ownerReadWrite])
        defer { try? output.close() }
        if ioctl(output.rawValue, ficlone, input.rawValue) == 0 { return }

        let size = try input.seek(offset: 0, from: .end)
        guard ftruncate(output.rawValue, off_t(size)) == 0 else { throw Errno(rawValue: errno) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        var position: Int64 = 0
        while position < size {
            // lseek(2): SEEK_DATA fails with ENXIO when only a hole is left.
            let start = lseek(input.rawValue, off_t(position), seekData)
            if start < 0 {
                if errno == ENXIO { break }
                throw Errno(rawValue: errno)
            }
            let end = lseek(input.rawValue, start, seekHole)
            guard end >= 0 else { throw Errno(rawValue: errno) }
            position = Int64(start)
            while position < end {
                let wanted = min(buffer.count, Int(Int64(end) - position))
                let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
                let count = try input.read(fromAbsoluteOffset: position, into: piece)
                guard count > 0 else { return }
                try output.writeAll(toAbsoluteOffset: position, buffer[..<count])
                position += Int64(count)
            }
        }
    }
}

import Glibc
import LabModel

/// Bytes that never change: a file mapped read-only, or a private copy.
/// A file must not be shortened while it is mapped; traces and base images are written once.
// Sound: nothing writes through `start` after `init`, and the memory lives as long as the object.
final class MappedBytes: @unchecked Sendable {
    let start: UnsafeRawPointer
    let count: Int
    private let isMapped: Bool

    /// Maps the whole file. Throws when it cannot be opened or mapped.
    init(path: String) throws(Failure) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw MappedBytes.failure("cannot open", path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw MappedBytes.failure("cannot examine", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(.infrastructure, "\(path) is not a regular file")
        }
        count = Int(status.st_size)
        guard count > 0 else {
            start = UnsafeRawPointer(UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 8))
            isMapped = false
            return
        }
        guard let address = mmap(nil, count, PROT_READ, MAP_SHARED, file, 0), address != MAP_FAILED else {
            throw MappedBytes.failure("cannot map", path)
        }
        start = UnsafeRawPointer(address)
        isMapped = true
    }

    /// Copies `bytes`.
    init(_ bytes: some Collection<UInt8>) {
        count = bytes.count
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, count), alignment: 16)
        memory.copyBytes(from: bytes)
        start = UnsafeRawPointer(memory.baseAddress ?? UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 16))
        isMapped = false
    }

    deinit {
        if isMapped {
            munmap(UnsafeMutableRawPointer(mutating: start), count)
        } else {
            start.deallocate()
        }
    }

    var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    static func failure(_ what: String, _ path: String) -> Failure {
        guard errno == ENOSPC || errno == EDQUOT else {
            return Failure(.infrastructure, "\(what) \(path): \(String(cString: strerror(errno)))")
        }
        return Failure(
            .infrastructure, "the disk is full: \(what) \(path)", advice: "free space for the state folder")
    }
}

/// Zeros to point at: a sector of them.
enum ZeroBytes {
    static let shared = MappedBytes([UInt8](repeating: 0, count: sectorSize))
}

import Crypto
import LabModel

/// A crash state as a raw disk image that is never made: each piece is put together when it is read.
struct CrashImage: ReadableFile {
    let state: CrashState

    var size: Int64 { Int64(state.size) }

    func read(at offset: Int64, length: Int) throws(Failure) -> [UInt8] {
        let (first, end) = (Int(offset) / sectorSize, state.size / sectorSize)
        guard offset >= 0, Int(offset) % sectorSize == 0, length >= 0 else {
            throw Failure(.bug, "\(length) bytes at \(offset) of an image")
        }
        let sectors = min(first, end)..<min(end, first + (length + sectorSize - 1) / sectorSize)
        var bytes = [UInt8](repeating: 0, count: sectors.count * sectorSize)
        bytes.withUnsafeMutableBytes { state.copy(sectors: sectors, into: $0) }
        if bytes.count > length { bytes.removeLast(bytes.count - length) }
        return bytes
    }
}

extension ReadableFile {
    /// SHA-256, read in pieces.
    func digest() throws(Failure) -> [UInt8] {
        var hasher = SHA256()
        var offset: Int64 = 0
        while offset < size {
            let piece = try read(at: offset, length: 1 << 20)
            guard !piece.isEmpty else { throw Failure(.infrastructure, "the file ends after \(offset) bytes") }
            hasher.update(data: piece)
            offset += Int64(piece.count)
        }
        return Array(hasher.finalize())
    }
}

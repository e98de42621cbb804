public import LabModel

/// The disk before the first write, read-only. Sparse files cost what they hold.
public struct BaseImage: Sendable {
    private let bytes: MappedBytes

    /// Size in bytes, a multiple of the sector size.
    public var size: Int { bytes.count }

    /// Maps the raw image at `path`. Throws when it cannot be read or is not a whole number of sectors.
    public init(path: String) throws(Failure) {
        bytes = try MappedBytes(path: path)
        guard bytes.count % sectorSize == 0, bytes.count > 0 else {
            throw Failure(
                .job, "\(path) is no disk image: \(bytes.count) bytes are not a whole number of sectors",
                advice: "pad the raw image to a multiple of \(sectorSize) bytes")
        }
    }

    /// A small image in memory. Throws when `contents` is not a whole number of sectors.
    public init(contents: [UInt8]) throws(Failure) {
        guard contents.count % sectorSize == 0, !contents.isEmpty else {
            throw Failure(.bug, "\(contents.count) bytes are not a whole number of sectors")
        }
        bytes = MappedBytes(contents)
    }

    /// SHA-256 of the whole image; reads all of it.
    public func digest() -> ContentDigest {
        ContentDigest(of: bytes.buffer)
    }

    /// Throws unless this is the image that `trace` was recorded on. Reads the whole image.
    public func check(against header: TraceHeader) throws(Failure) {
        guard size == header.baseSize, digest() == header.baseDigest else {
            throw Failure(
                .job, "the base image is not the one that the trace was recorded on",
                advice: "keep base image and trace together; expected SHA-256 \(header.baseDigest)")
        }
    }

    @inline(__always)
    func pointer(toSector sector: Int) -> UnsafeRawPointer {
        bytes.start + sector * sectorSize
    }
}

/// One entry of a tree that is packed for a board.
public struct OverlayEntry: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        case directory
        case bytes([UInt8])
        /// A file of the host.
        case file(String)
        /// A folder of the host with all that is below it; links are kept as links.
        case tree(String)
    }

    /// Relative to the board's root, without a leading slash.
    public var path: String
    /// Permission bits, such as 0o755.
    public var mode: UInt16
    public var content: Content

    public init(path: String, mode: UInt16, content: Content) {
        self.path = path
        self.mode = mode
        self.content = content
    }
}

/// Packs trees into the forms boards take.
public protocol OverlayPacker: Sendable {
    /// Writes a gzip-compressed tar archive.
    func packTar(_ entries: [OverlayEntry], to path: String) async throws(Failure)

    /// Writes `ramdisk` (a cpio archive, compressed or not) with more layers after it, as the kernel reads them: each
    /// layer is an archive of its own, laid over what came before.
    ///
    /// - Parameter header: `u-boot` wraps the result for mkimage architecture `architecture`.
    func extendRamdisk(
        _ ramdisk: String, with layers: [RamdiskLayer], to path: String, header: RamdiskHeader?
    ) async throws(Failure)

    /// Writes a new ext4 image that holds `entries`.
    func packExt4(_ entries: [OverlayEntry], to path: String) async throws(Failure)

    /// Wraps a kernel for `bootm`.
    func wrapKernel(_ kernel: String, to path: String, architecture: String, loadAddress: String) async throws(Failure)
}

/// Something laid over a ramdisk.
public enum RamdiskLayer: Hashable, Sendable {
    case entries([OverlayEntry])
    /// A tar archive of the host, compressed or not, such as a kernel's modules.
    case tarArchive(String)
}

/// The legacy U-Boot header around a ramdisk.
public struct RamdiskHeader: Hashable, Sendable {
    public var architecture: String

    public init(architecture: String) {
        self.architecture = architecture
    }
}

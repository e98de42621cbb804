/// LAVA's image dictionary: one file a job names by URL.
public struct ImageRequest: Hashable, Sendable, Codable {
    /// The label in the job: `kernel`, `ramdisk`, or any name under `images`.
    public var name: String
    /// http, https, file or downloads.
    public var url: String
    public var headers: [String: String]
    public var compression: Compression?
    /// `archive: tar`.
    public var isTarArchive: Bool
    /// Lower-case hexadecimal digests of the file as downloaded.
    public var md5: String?
    public var sha256: String?
    public var sha512: String?
    /// `format` with `overlays`: the test overlay goes into this image.
    public var format: Format?
    /// `overlays: {lava: true}`.
    public var takesTestOverlay: Bool
    /// Other files to put into the image.
    public var overlays: [ImageOverlay]
    /// The QEMU argument with `{name}` where the path goes.
    public var imageArgument: String?
    /// `type` of a kernel: `image`, `uimage` or `zimage`.
    public var kernelType: KernelType?
    public var installsModules: Bool
    public var installsOverlay: Bool
    /// `header: u-boot` of a ramdisk.
    public var header: String?
    public var position: SourcePosition

    public enum Compression: String, Sendable, Codable, CaseIterable {
        case gz, xz, bz2, zstd, zip
    }

    public enum Format: String, Sendable, Codable, CaseIterable {
        case cpioNewc = "cpio.newc"
        case ext4
        case tar
    }

    public enum KernelType: String, Sendable, Codable, CaseIterable {
        case image, uimage, zimage
    }

    public init(
        name: String, url: String, headers: [String: String] = [:], compression: Compression? = nil,
        isTarArchive: Bool = false, md5: String? = nil, sha256: String? = nil, sha512: String? = nil,
        format: Format? = nil, takesTestOverlay: Bool = false, overlays: [ImageOverlay] = [],
        imageArgument: String? = nil, kernelType: KernelType? = nil, installsModules: Bool = true,
        installsOverlay: Bool = true, header: String? = nil,
        position: SourcePosition = SourcePosition(line: 1, column: 1)
    ) {
        self.name = name
        self.url = url
        self.headers = headers
        self.compression = compression
        self.isTarArchive = isTarArchive
        self.md5 = md5
        self.sha256 = sha256
        self.sha512 = sha512
        self.format = format
        self.takesTestOverlay = takesTestOverlay
        self.overlays = overlays
        self.imageArgument = imageArgument
        self.kernelType = kernelType
        self.installsModules = installsModules
        self.installsOverlay = installsOverlay
        self.header = header
        self.position = position
    }
}

/// A named entry of `overlays`: a file or archive to put at `path` inside an image.
public struct ImageOverlay: Hashable, Sendable, Codable {
    public var source: OverlaySource
    public var path: String

    /// What an overlay file is, before it is unpacked.
    public struct OverlaySource: Hashable, Sendable, Codable {
        public var name: String
        public var url: String
        public var compression: ImageRequest.Compression?
        public var isTar: Bool
        public var sha256: String?

        public init(
            name: String, url: String, compression: ImageRequest.Compression? = nil, isTar: Bool, sha256: String? = nil
        ) {
            self.name = name
            self.url = url
            self.compression = compression
            self.isTar = isTar
            self.sha256 = sha256
        }
    }

    public init(source: OverlaySource, path: String) {
        self.source = source
        self.path = path
    }
}

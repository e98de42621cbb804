/// What is done to images before a boot loader gets them.
public struct ImageFacts: Hashable, Sendable, Codable {
    public enum RamdiskFormat: String, Sendable, Codable, CaseIterable {
        /// Wrapped in U-Boot's legacy header.
        case uboot = "u-boot"
        /// As it is; the boot loader is told its size.
        case raw
    }

    /// For mkimage, such as `arm64`.
    public var architecture: String
    public var ramdiskFormat: RamdiskFormat
    /// Whether the device tree goes behind the kernel, into the same file.
    public var appendsDeviceTree: Bool
    /// Whether a kernel in U-Boot's header runs where it was loaded: its load address is then behind the header.
    public var executesInPlace: Bool
    /// Where a kernel that is put into U-Boot's header wants to be; hexadecimal. Nil leaves it where it is loaded.
    public var kernelLoadAddress: String?
    /// Where a FIT image, as depthcharge boots it, wants its kernel; hexadecimal.
    public var fitLoadAddress: String?

    public init(
        architecture: String = "arm64", ramdiskFormat: RamdiskFormat = .uboot, appendsDeviceTree: Bool = false,
        executesInPlace: Bool = false, kernelLoadAddress: String? = nil, fitLoadAddress: String? = nil
    ) {
        self.architecture = architecture
        self.ramdiskFormat = ramdiskFormat
        self.appendsDeviceTree = appendsDeviceTree
        self.executesInPlace = executesInPlace
        self.kernelLoadAddress = kernelLoadAddress
        self.fitLoadAddress = fitLoadAddress
    }
}

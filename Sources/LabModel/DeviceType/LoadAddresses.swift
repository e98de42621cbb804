/// Where a boot command wants its images in memory, as hexadecimal text.
public struct LoadAddresses: Hashable, Sendable, Codable {
    public var kernel: String
    /// Nil where the board takes none.
    public var ramdisk: String?
    /// Nil where the board takes none, such as one whose device tree goes behind the kernel.
    public var deviceTree: String?
    public var tee: String?
    public var deviceTreeOverlay: String?

    public init(
        kernel: String, ramdisk: String? = nil, deviceTree: String? = nil, tee: String? = nil,
        deviceTreeOverlay: String? = nil
    ) {
        self.kernel = kernel
        self.ramdisk = ramdisk
        self.deviceTree = deviceTree
        self.tee = tee
        self.deviceTreeOverlay = deviceTreeOverlay
    }
}

/// Where a boot command wants its images in memory, as hexadecimal text.
public struct LoadAddresses: Hashable, Sendable, Codable {
    public var kernel: String
    public var ramdisk: String
    public var deviceTree: String
    public var tee: String?
    public var deviceTreeOverlay: String?

    public init(
        kernel: String, ramdisk: String, deviceTree: String, tee: String? = nil, deviceTreeOverlay: String? = nil
    ) {
        self.kernel = kernel
        self.ramdisk = ramdisk
        self.deviceTree = deviceTree
        self.tee = tee
        self.deviceTreeOverlay = deviceTreeOverlay
    }
}

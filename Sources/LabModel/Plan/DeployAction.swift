/// A `deploy` block.
public struct DeployAction: Hashable, Sendable, Codable {
    public enum Method: String, Sendable, Codable, CaseIterable {
        /// Images become arguments of the emulated machine.
        case tmpfs
        /// Kernel, ramdisk and device tree served to the boot loader.
        case tftp
        /// Files kept for later blocks as `downloads://name`.
        case downloads
        /// Files downloaded and nothing else.
        case download
        /// Only the test overlay is built.
        case overlay
    }

    public var method: Method
    /// Chooses the shell and the results directory on the board.
    public var os: String?
    /// In the order of the job.
    public var images: [ImageRequest]

    public init(method: Method, os: String? = nil, images: [ImageRequest] = []) {
        self.method = method
        self.os = os
        self.images = images
    }
}

/// Takes images that the board boots from next.
public protocol BootMedium: Sendable {
    /// Uses `images` from the next power-on, instead of the board's own media.
    ///
    /// - Throws: `job` when an image or its argument is not acceptable.
    func stage(_ images: [StagedImage]) async throws(Failure)
}

/// An image on the lab's disk, ready for a board.
public struct StagedImage: Hashable, Sendable, Codable {
    public var name: String
    /// Absolute.
    public var path: String
    /// LAVA's `image_arg`, with `{name}` where the path goes; nil for a plain file.
    public var argument: String?

    public init(name: String, path: String, argument: String? = nil) {
        self.name = name
        self.path = path
        self.argument = argument
    }
}

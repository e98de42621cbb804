public import LabModel

/// Fills what is known of a job into the lines that a device type types.
public struct BootCommandRendering {
    /// The lines of one command set.
    public struct Result: Hashable, Sendable, Codable {
        public var bootloader: String
        public var set: String
        public var lines: [Line]
        public var commandLine: Line?
    }

    /// One line as it is typed.
    public struct Line: Hashable, Sendable, Codable {
        public var text: String
        /// Why the line is not typed; nil when it is.
        public var leftOut: String?
        /// Where it comes from.
        public var source: BootCommandLine
    }

    private let placeholders: Placeholders?
    private static let job = "<job>"

    /// - Parameter plan: nil leaves the placeholders as they are.
    public init(profile: DeviceProfile, plan: JobPlan?) {
        placeholders = plan.map { Self.placeholders(profile: profile, plan: $0) }
    }

    public func render(_ listing: BootCommandListing) -> Result {
        Result(
            bootloader: listing.bootloader, set: listing.set, lines: listing.lines.map { render($0) },
            commandLine: listing.commandLine.map { render($0) })
    }

    /// The first boot block's action; nil for other blocks.
    public static func boot(of block: ActionBlock) -> BootAction? {
        if case .boot(let boot) = block.action { boot } else { nil }
    }

    private func render(_ line: BootCommandLine) -> Line {
        guard let placeholders else { return Line(text: line.text, leftOut: nil, source: line) }
        if let text = placeholders.fill(line.text) { return Line(text: text, leftOut: nil, source: line) }
        let missing = Placeholders.names(in: line.text).filter { placeholders.values[$0] == nil }
        return Line(
            text: line.text, leftOut: "the job has no \(missing.map { "{\($0)}" }.joined(separator: ", "))",
            source: line)
    }

    private static func placeholders(profile: DeviceProfile, plan: JobPlan) -> Placeholders {
        var images: [ImageRequest] = []
        for block in plan.blocks {
            if case .deploy(let deploy) = block.action { images = deploy.images }
            if boot(of: block) != nil { break }
        }
        let kernel = images.first { $0.name == "kernel" }?.kernelType ?? .image
        let ramdisk = images.first { $0.name == "ramdisk" }
        let hasHeader =
            (ramdisk?.header ?? profile.images.ramdiskFormat.rawValue) == ImageFacts.RamdiskFormat.uboot.rawValue
        var filled = Placeholders(
            job: JobID(rawValue: 0), profile: profile,
            served: Dictionary(images.map { ($0.name, "\(job)/\($0.name)") }, uniquingKeysWith: { $1 }),
            kernelType: kernel, hasHeader: hasHeader)
        filled.values["LAVA_JOB_ID"] = job
        filled.values["SERVER_IP"] = profile.network?.tftpAddress ?? "<server>"
        filled.values["NFS_SERVER_IP"] = filled.values["SERVER_IP"]
        if images.contains(where: { $0.name == "nfsrootfs" }) { filled.values["NFSROOTFS"] = "\(job)/nfsrootfs" }
        return filled
    }
}

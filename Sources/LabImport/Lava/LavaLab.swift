/// The files of a LAVA server that an import looks at.
public struct LavaLab: Hashable, Sendable {
    /// A file of LAVA's that labd has nothing for.
    public struct OtherFile: Hashable, Sendable {
        public var path: String
        /// Why it is left, as a sentence without a final stop.
        public var reason: String

        public init(path: String, reason: String) {
            self.path = path
            self.reason = reason
        }
    }

    /// Device dictionaries.
    public var devices: [SourceText]
    /// The lab's own device types.
    public var deviceTypes: [SourceText]
    /// LAVA's own templates, where the person has them: what only Jinja can render may need them.
    public var templates: [SourceText]
    public var others: [OtherFile]

    public init(
        devices: [SourceText], deviceTypes: [SourceText] = [], templates: [SourceText] = [], others: [OtherFile] = []
    ) {
        self.devices = devices.sorted { $0.name < $1.name }
        self.deviceTypes = deviceTypes.sorted { $0.name < $1.name }
        self.templates = templates
        self.others = others.sorted { $0.path < $1.path }
    }
}

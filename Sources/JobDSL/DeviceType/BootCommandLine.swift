/// A line that a device type has typed at a boot loader, with the places it comes from.
public struct BootCommandLine: Hashable, Sendable, Codable {
    /// Where something of a device type was written.
    public struct Place: Hashable, Sendable, Codable {
        /// `type NAME`, `lab`, `board` or `job context`.
        public var layer: String
        /// Nil for a layer that is not a file.
        public var file: String?
        public var line: Int?

        public init(layer: String, file: String?, line: Int?) {
            self.layer = layer
            self.file = file
            self.line = line
        }
    }

    /// A variable that the line has a value of.
    public struct Variable: Hashable, Sendable, Codable {
        public var name: String
        public var place: Place

        public init(name: String, place: Place) {
            self.name = name
            self.place = place
        }
    }

    /// With the placeholders of the running job, such as `{KERNEL}`, still in it.
    public var text: String
    public var place: Place
    public var variables: [Variable]

    public init(text: String, place: Place, variables: [Variable]) {
        self.text = text
        self.place = place
        self.variables = variables
    }
}

/// What a device type types at one of its boot loaders for one way to boot.
public struct BootCommandListing: Hashable, Sendable, Codable {
    /// By LAVA's boot method, such as `u-boot`.
    public var bootloader: String
    /// Such as `nfs`.
    public var set: String
    public var lines: [BootCommandLine]
    /// The kernel's command line, for boot loaders that read it from a file (depthcharge).
    public var commandLine: BootCommandLine?

    public init(bootloader: String, set: String, lines: [BootCommandLine], commandLine: BootCommandLine?) {
        self.bootloader = bootloader
        self.set = set
        self.lines = lines
        self.commandLine = commandLine
    }
}

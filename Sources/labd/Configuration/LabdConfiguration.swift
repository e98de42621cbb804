import DeviceDrivers
import JobDSL
import LabModel

/// All that can be set for the daemon. Every value has a default.
struct LabdConfiguration {
    /// The state folder: database, logs, cache, token and socket.
    var state: String
    /// The API's unix socket; nil for none.
    var socket: String?
    /// The API's TCP address; nil for none.
    var tcp: TCP?
    /// Folders with device types, later ones winning.
    var deviceTypes: [String]
    /// Where board kits lie.
    var kits: String
    /// Folders whose files jobs may name by `file://`.
    var fileFolders: [String]
    /// Size bound of the image cache in bytes.
    var cacheBytes: Int64
    /// Size bound of one job's log in bytes.
    var jobLogBytes: Int64 = 256 << 20
    /// Size bound of what one console says while labd runs, in bytes.
    var transcriptBytes: Int64 = 2 << 30
    /// The board file server's addresses.
    var boardHTTPHost = "127.0.0.1"
    /// Nil takes a free loopback address.
    var tftpHost: String?
    var tftpPort = 69
    /// Relay cards, socket strips, hubs and whatever else boards share.
    var devices: [DeviceDefinition] = []
    /// Where the configuration file has the devices.
    var deviceOrigins: [String: BoardOrigin] = [:]
    /// Between two power-ons of real boards.
    var powerStagger = Duration.zero
    var boards: [BoardDefinition]
    /// Where the configuration file has the boards; empty for the built-in ones.
    var boardOrigins: [BoardName: BoardOrigin] = [:]
    /// Where board files lie, one a board; nil for none.
    var boardsFolder: BoardFolder?
    /// Where health checks lie; nil for a lab without any.
    var healthChecks: String?
    /// How often boards are checked.
    var healthRule = HealthRule()
    /// How often an infrastructure failure puts a job that says nothing of it back into the queue.
    var retries = 0
    /// What of the state folder goes, and when.
    var retention = RetentionPolicy()
    /// When its disk has too little space.
    var diskMarks = DiskMarks()
    /// Keeps nothing after the end, and serves its socket only.
    var isEphemeral = false
    /// Whether the state folder was named on the command line.
    var isStateChosen = false

    struct TCP: Equatable {
        var host = "127.0.0.1"
        var port = 8384

        /// Whether nobody outside this machine can reach `host`.
        static func isLoopback(_ host: String) -> Bool {
            host == "localhost" || host == "::1" || host.hasPrefix("127.")
        }
    }

    static let defaultCacheBytes: Int64 = 20 << 30

    /// What labd does when nobody says anything.
    ///
    /// - Parameter shared: where device types and board kits were installed; nil when they were not found.
    static func standard(folders: DefaultFolders, shared: SharedFiles?) -> LabdConfiguration {
        LabdConfiguration(
            state: folders.state, socket: folders.state + "/labd.sock", tcp: TCP(),
            deviceTypes: shared.map { [$0.deviceTypes] } ?? [], kits: folders.kits, fileFolders: [],
            cacheBytes: defaultCacheBytes, boards: defaultBoards)
    }

    /// Boards that exist on every machine: two A/B boards, one of each other family, two for careless updates, one for
    /// each updater of the zoo, one for images of the job's own, three without QEMU.
    static let defaultBoards: [BoardDefinition] = [
        virtual("virt-1", type: "virt-arm64-ab", driver: "qemu"),
        virtual("virt-2", type: "virt-arm64-ab", driver: "qemu"),
        virtual("riscv-1", type: "virt-riscv64", driver: "qemu"),
        virtual("x86-1", type: "virt-x86-grub", driver: "qemu"),
        virtual("flip-1", type: "virt-arm64-flip-ext4", driver: "qemu"),
        virtual("flip-2", type: "virt-arm64-flip-fat", driver: "qemu"),
        virtual("rauc-1", type: "virt-arm64-rauc", driver: "qemu"),
        virtual("swupdate-1", type: "virt-arm64-swupdate", driver: "qemu"),
        virtual("mender-1", type: "virt-arm64-mender", driver: "qemu"),
        virtual("resin-1", type: "virt-arm64-resin", driver: "qemu"),
        virtual("ostree-1", type: "virt-arm64-ostree", driver: "qemu"),
        virtual("ostree-2", type: "virt-arm64-ostree-fixed", driver: "qemu"),
        virtual("container-1", type: "virt-arm64-container", driver: "qemu"),
        virtual("qemu-1", type: "qemu", driver: "qemu"),
        virtual("sim-1", type: "sim", driver: "sim"),
        virtual("sim-2", type: "sim", driver: "sim"),
        virtual("sim-3", type: "sim", driver: "sim"),
    ]

    private static func virtual(_ name: String, type: String, driver: String) -> BoardDefinition {
        BoardDefinition(
            name: BoardName(rawValue: name), type: DeviceTypeName(rawValue: type), tags: ["virtual"], driver: driver,
            description: "built in")
    }
}

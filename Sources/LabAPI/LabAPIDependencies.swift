public import LabModel
public import Logging

/// What the API asks and tells.
public struct LabAPIDependencies: Sendable {
    public var store: any Store
    public var control: any LabControl
    /// Nil in a lab that lends no boards.
    public var leases: (any LeaseControl)?
    public var logs: any JobLogStore
    public var boards: any BoardRegistry
    public var compiler: any JobCompiling
    public var deviceTypes: any DeviceTypeReading
    /// Nil in a lab that explores no power cuts.
    public var powerCutReports: (any PowerCutReports)?
    /// Nil as well.
    public var workbench: (any PowerCutWorkbench)?
    /// Nil in a lab without devices of its own.
    public var discovery: (any DeviceDiscovery)?
    /// Nil in a lab whose boards never change.
    public var boardFiles: (any BoardReloading)?
    /// Nil in a lab that does not look back.
    public var history: (any HistoryReading)?
    /// Nil in a lab that nobody looks after.
    public var upkeep: (any LabUpkeep)?
    /// Nil where nothing is ever removed.
    public var retention: (any RetentionBook)?
    /// Nil in a lab without recurring jobs.
    public var schedules: (any ScheduleControl)?
    public var clock: any LabClock
    public var logger: Logger

    public init(
        store: any Store, control: any LabControl, leases: (any LeaseControl)? = nil, logs: any JobLogStore,
        boards: any BoardRegistry,
        compiler: any JobCompiling, deviceTypes: any DeviceTypeReading, powerCutReports: (any PowerCutReports)? = nil,
        workbench: (any PowerCutWorkbench)? = nil, discovery: (any DeviceDiscovery)? = nil,
        boardFiles: (any BoardReloading)? = nil, history: (any HistoryReading)? = nil,
        upkeep: (any LabUpkeep)? = nil, retention: (any RetentionBook)? = nil,
        schedules: (any ScheduleControl)? = nil, clock: any LabClock, logger: Logger
    ) {
        self.store = store
        self.control = control
        self.leases = leases
        self.logs = logs
        self.boards = boards
        self.compiler = compiler
        self.deviceTypes = deviceTypes
        self.powerCutReports = powerCutReports
        self.workbench = workbench
        self.discovery = discovery
        self.boardFiles = boardFiles
        self.history = history
        self.upkeep = upkeep
        self.retention = retention
        self.schedules = schedules
        self.clock = clock
        self.logger = logger
    }
}

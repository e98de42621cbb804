public import LabModel

/// Everything outside the engine that a run uses.
public struct EngineServices: Sendable {
    public var store: any RunRecorder
    public var logs: any JobLogStore
    public var catalog: any DeviceCatalog
    public var artifacts: any ArtifactSource
    public var testDefinitions: any TestDefinitionSource
    public var packer: any OverlayPacker
    public var files: any JobFileServer
    public var workspaces: any WorkspaceProvider
    public var clock: any LabClock
    /// What `power_cut` with `on: virtual` needs; nil in a lab without.
    public var exploration: ExplorationServices?
    /// What `power_cut` with many cuts of a real board uses.
    public var sampling: SamplingServices
    /// Which jobs belong together; nil in a lab without groups.
    public var groups: (any GroupBook)?

    public init(
        store: any RunRecorder, logs: any JobLogStore, catalog: any DeviceCatalog, artifacts: any ArtifactSource,
        testDefinitions: any TestDefinitionSource, packer: any OverlayPacker, files: any JobFileServer,
        workspaces: any WorkspaceProvider, clock: any LabClock, exploration: ExplorationServices? = nil,
        sampling: SamplingServices = SamplingServices(), groups: (any GroupBook)? = nil
    ) {
        self.store = store
        self.logs = logs
        self.catalog = catalog
        self.artifacts = artifacts
        self.testDefinitions = testDefinitions
        self.packer = packer
        self.files = files
        self.workspaces = workspaces
        self.clock = clock
        self.exploration = exploration
        self.sampling = sampling
        self.groups = groups
    }
}

/// Twins of boards, and the laboratory that looks at their disks.
public struct ExplorationServices: Sendable {
    public var laboratory: any PowerCutLaboratory
    /// Recordings that are there already.
    public var states: any CrashStates
    public var twins: any TwinMaker
    /// How many twins run at the same time when the job does not say.
    public var processors: Int

    public init(
        laboratory: any PowerCutLaboratory, states: any CrashStates, twins: any TwinMaker, processors: Int
    ) {
        self.laboratory = laboratory
        self.states = states
        self.twins = twins
        self.processors = processors
    }
}

/// What a sampling campaign remembers and asks. Each may be missing: then a campaign that is interrupted starts again,
/// every power path counts as not measured, and there are no targets.
public struct SamplingServices: Sendable {
    public var notebook: (any SamplingNotebook)?
    public var paths: (any PowerPathBook)?
    public var reports: (any PowerCutReports)?

    public init(
        notebook: (any SamplingNotebook)? = nil, paths: (any PowerPathBook)? = nil,
        reports: (any PowerCutReports)? = nil
    ) {
        self.notebook = notebook
        self.paths = paths
        self.reports = reports
    }
}

/// Gives each job a folder of its own.
public protocol WorkspaceProvider: Sendable {
    /// Makes an empty folder for a job.
    ///
    /// - Throws: `infrastructure` when the disk is full or not writable.
    /// - Returns: its absolute path.
    func makeWorkspace(for job: JobID) async throws(Failure) -> String

    /// Makes an empty folder at `path`, which lies inside a workspace.
    func makeFolder(_ path: String) async throws(Failure)

    /// Removes a job's folder with everything in it.
    func removeWorkspace(of job: JobID) async
}

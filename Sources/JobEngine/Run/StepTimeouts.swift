import LabModel

/// How long each named action may take, from the four places that may say so.
struct StepTimeouts {
    /// LAVA's default for an action that nobody gave a time.
    static let actionDefault = Duration.seconds(30)

    let job: JobTimeouts
    let device: [String: Duration]
    let deviceConnections: [String: Duration]

    init(job: JobTimeouts, profile: DeviceProfile) {
        self.job = job
        device = profile.timeouts
        deviceConnections = profile.connectionTimeouts
    }

    /// The time of the action `name` in a block, highest rank first: the block's own entry for that name, the job's,
    /// the share of a retried block, the block's time, the device type's, the job's default, LAVA's.
    func duration(of name: String, in block: BlockTimeouts, attempts: Int) -> Duration {
        if let own = block.named[name] ?? job.actions[name] { return own }
        if let whole = block.block { return whole / max(1, attempts) }
        return device[name] ?? job.action ?? Self.actionDefault
    }

    /// The time of a whole block; nil leaves only the job's.
    func duration(of block: BlockTimeouts) -> Duration? {
        block.block
    }

    /// The time of one wait on the console in the action `name`; nil leaves only the action's.
    func connection(of name: String) -> Duration? {
        job.connections[name] ?? deviceConnections[name] ?? job.connection
    }
}

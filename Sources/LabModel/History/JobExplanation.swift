/// Why a job ended as it did, as far as its board's console tells: where its boot left the way of that board's last
/// good one.
public struct JobExplanation: Hashable, Sendable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// The job has not ended.
        case unfinished
        /// It ended well.
        case complete
        /// Somebody canceled it.
        case canceled
        /// It ended before a board was booted.
        case beforeBoot = "before-boot"
        /// The board came up; what failed came later.
        case afterBoot = "after-boot"
        /// There is no good boot of this board to compare with.
        case noGoodBoot = "no-good-boot"
        /// The board printed nothing.
        case silent
        /// The board went the usual way and then said nothing more.
        case stopped
        /// The kernel gave up.
        case panicked
        /// The board began again from the start.
        case restarted
        /// Something else came than in the good boot.
        case differed
        /// The board went the usual way, but so slowly that the time was up.
        case slow
        /// All that the good boot printed came as well.
        case followed
    }

    /// The good boot it was held against.
    public struct Reference: Hashable, Sendable {
        public var job: JobID
        public var jobName: String
        public var ended: WallTime
        /// Seconds from power-on to the end of the boot.
        public var bootTime: Double
        /// Whether it is a run of a job of the same name.
        public var isSameJob: Bool

        public init(job: JobID, jobName: String, ended: WallTime, bootTime: Double, isSameJob: Bool) {
            self.job = job
            self.jobName = jobName
            self.ended = ended
            self.bootTime = bootTime
            self.isSameJob = isSameJob
        }
    }

    public private(set) var kind: Kind
    /// One or two sentences.
    public private(set) var summary = ""
    public private(set) var advice: [String] = []
    public private(set) var reference: Reference?
    public private(set) var comparison: BootComparison?
    /// The line by which the kernel or the boot loader gave up.
    public private(set) var fatal: BootLine?
    /// Seconds from power-on to the end of the boot, and those at its end in which nothing came.
    public private(set) var bootTime: Double?
    public private(set) var silence: Double?

    /// - Parameters:
    ///   - failed: the job's last boot; nil without a log.
    ///   - good: a boot that went well, and whose it was; nil when there is none.
    public init(
        of job: JobRecord, failed: BootTranscript?, good: (reference: Reference, boot: BootTranscript)?
    ) {
        kind = Self.standing(of: job, failed)
        if let failed, failed.boots > 0 {
            bootTime = failed.duration
            silence = failed.duration - (failed.lines.last?.at ?? 0)
        }
        if kind == .differed, let failed { compare(failed, good) }
        summary = sentence(job, failed)
        advice = advice(job)
    }

    /// What is known without comparing; `differed` when that is to be done.
    private static func standing(of job: JobRecord, _ failed: BootTranscript?) -> Kind {
        guard job.state == .finished else { return .unfinished }
        switch job.health {
        case .complete: return .complete
        case .canceled: return .canceled
        case .incomplete, .unknown: break
        }
        guard let failed, failed.boots > 0 else { return .beforeBoot }
        if failed.hasSucceeded == true { return .afterBoot }
        return .differed
    }

    private mutating func compare(_ failed: BootTranscript, _ good: (reference: Reference, boot: BootTranscript)?) {
        reference = good?.reference
        fatal = failed.lines.first { line in Self.fatalWords.contains { line.text.contains($0) } }
        guard failed.lines.contains(where: \.isTelling) else {
            kind = .silent
            return
        }
        guard let good, good.boot.lines.contains(where: \.isTelling) else {
            kind = fatal == nil ? .noGoodBoot : .panicked
            return
        }
        let comparison = BootComparison(good: good.boot.lines, failed: failed.lines)
        self.comparison = comparison
        let isLate = (comparison.lastCommon.map { $0.failed.at - $0.good.at } ?? 0) > max(5, good.boot.duration / 2)
        if fatal != nil {
            kind = .panicked
        } else if comparison.hasRestarted {
            kind = .restarted
        } else if !comparison.instead.isEmpty {
            kind = .differed
        } else if isLate, (silence ?? 0) < failed.duration / 4 {
            kind = .slow
        } else {
            kind = comparison.expected.isEmpty ? .followed : .stopped
        }
    }

    private static let fatalWords = [
        "Kernel panic", "Unable to handle kernel", "Internal error: Oops", "kernel BUG at", "BUG: unable to handle",
        "### ERROR ### Please RESET", "You are in emergency mode", "Entering emergency mode", "Give root password for",
        "Dropping to a shell", "Synchronous Abort\" handler", "grub rescue>",
    ]

    // MARK: Words

    private func sentence(_ job: JobRecord, _ failed: BootTranscript?) -> String {
        let board = job.board?.rawValue ?? "the board"
        switch kind {
        case .unfinished: return "job \(job.id) has not ended yet"
        case .complete: return "it ended well, there is nothing to explain"
        case .canceled: return job.failure?.message ?? "job \(job.id) was canceled"
        case .beforeBoot: return "the job failed before \(board) was booted: its boot is not the cause"
        case .afterBoot:
            return "\(board) came up as it should after \(Self.time(bootTime ?? 0)); what failed came later"
        case .noGoodBoot:
            return "\(board) did not come up, and there is no good boot of it to compare with"
        case .silent: return "\(board) printed nothing for \(Self.time(bootTime ?? 0)) after its power was switched on"
        case .stopped: return "\(board) went its usual way for \(Self.time(lastAt)) and then said nothing more"
        case .panicked:
            return "\(board) gave up \(Self.time(fatal?.at ?? lastAt)) after power-on: \(fatal?.text ?? "")"
        case .restarted: return "\(board) began again from the start after \(Self.time(lastAt))"
        case .differed:
            return comparison?.lastCommon == nil
                ? "\(board) printed nothing of what its last good boot printed"
                : "\(board) left its usual way \(Self.time(comparison?.instead.first?.at ?? lastAt)) after power-on"
        case .slow: return "\(board) went its usual way, but \(lateness): the time was up before it arrived"
        case .followed:
            return "\(board) printed all that its last good boot printed, and still the boot did not end"
        }
    }

    private var lastAt: Double { comparison?.lastCommon?.failed.at ?? 0 }

    private var lateness: String {
        guard let pair = comparison?.lastCommon else { return "late" }
        return "\(Self.time(pair.failed.at - pair.good.at)) later than in its last good boot"
    }

    private func advice(_ job: JobRecord) -> [String] {
        var advice = job.failure?.advice.map { [$0] } ?? []
        let board = job.board?.rawValue ?? "BOARD"
        let lines = [fatal].compactMap { $0 } + (comparison?.instead ?? []) + (comparison?.unusual ?? [])
        for rule in Self.rules {
            guard lines.contains(where: { line in rule.words.contains { line.text.lowercased().contains($0) } }) else {
                continue
            }
            advice.append(rule.advice)
            if advice.count >= 3 { break }
        }
        switch kind {
        case .silent:
            advice.append("check its power and its console: `lablctl board check \(board)`")
        case .stopped, .restarted:
            if advice.isEmpty {
                advice.append(
                    "see if it is the board or the image: run the job of the good boot on it again, and this one on another"
                )
            }
        case .slow:
            advice.append(
                "see `lablctl board history \(board)` for its boot times; raise the boot's time-out if it may take so long"
            )
        case .followed:
            advice.append("compare the `prompts` of the boot block with what the console says at its end")
        case .noGoodBoot:
            advice.append("see what it printed: `lablctl logs \(job.id)`")
        case .afterBoot, .beforeBoot:
            if advice.isEmpty { advice.append("see what happened in its last step: `lablctl logs \(job.id)`") }
        case .panicked, .differed:
            if advice.isEmpty { advice.append("see the lines around it: `lablctl logs \(job.id)`") }
        case .unfinished, .complete, .canceled: break
        }
        return advice
    }

    private static let rules: [(words: [String], advice: String)] = [
        (
            ["unable to mount root", "waiting for root device", "cannot open root device"],
            "the kernel found no root file system: check `root=` on its command line, and that its storage came up"
        ),
        (
            ["mmc0: error", "mmc1: error", "mmc2: error", "card did not respond", "mmc_select", "error -110"],
            "its card or eMMC does not answer: reseat or replace the card"
        ),
        (
            [
                "retry count exceeded", "tftp error", "arp retry", "no ethernet found", "phy not found",
                "could not get phy",
            ],
            "it could not load over the network: check its cable, its switch port and that it reaches this host"
        ),
        (
            [
                "bad magic", "wrong image format", "bad linux arm", "bad data crc", "bad header", "crc error",
                "hash(es)... error",
            ],
            "the boot loader refuses the image: check its format and its digest"
        ),
        (
            ["attempted to kill init", "no working init found", "no init found"],
            "the kernel started, but init did not run: check the root file system or ramdisk of this image"
        ),
        (
            ["emergency mode", "ext4-fs error", "i/o error", "superblock", "fsck"],
            "its file system is damaged or a device is missing: write the image anew, and watch whether it comes back"
        ),
        (
            ["undervoltage", "under-voltage", "brownout", "over-current", "overcurrent"],
            "its power supply is too weak or failing: replace it before the board"
        ),
        (["out of memory", "oom-killer"], "it ran out of memory: the image needs more than this board has"),
    ]

    static func time(_ seconds: Double) -> String {
        Duration.seconds(max(0, seconds)).shortSeconds
    }
}

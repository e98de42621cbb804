import LabArtifacts
import LabModel
import LabStore
import Logging

/// Removes what the policy lets go, in steps that are small enough for nobody to wait for them.
///
/// What goes is noted in the store before its file is removed: a crash in between leaves a file that the next run
/// removes, and never a job that promises a log it does not have.
struct RetentionRun: Sendable {
    /// The image cache, as retention sees it.
    struct Images: Sendable {
        var idle: @Sendable (WallTime) async -> [ImageStore.IdleImage]
        var cached: @Sendable (PlanDownload) -> String?
        var evict: @Sendable (ImageStore.IdleImage) async -> Bool
    }

    let places: StatePlaces
    let book: any RetentionBook
    let images: Images
    /// Transcripts that consoles write to now.
    let openTranscripts: @Sendable () -> Set<String>
    let clock: any LabClock
    let logger: Logger
    /// Between two steps.
    var pace = Duration.milliseconds(20)

    private static let jobsAStep = 100
    private static let rowsAStep = 500

    /// - Throws: `job` when a backup is made just now, `infrastructure` when the store fails. Cached images and
    ///   transcripts have gone by then: they wait for no backup.
    func run(_ policy: RetentionPolicy, level: DiskLevel, dryRun: Bool) async throws(Failure) -> RetentionReport {
        let now = clock.wall()
        var report = RetentionReport(began: now, isDryRun: dryRun, policy: policy.words, level: level)
        do throws(Failure) {
            try await apply(policy.under(level), now, &report)
        } catch {
            tell(report)
            throw error
        }
        tell(report)
        return report
    }

    private func apply(
        _ policy: RetentionPolicy, _ now: WallTime, _ report: inout RetentionReport
    ) async throws(Failure) {
        let dryRun = report.isDryRun
        // First what needs no lock: a disk that is short of space gets room while a backup is made.
        // A cached image can be had again: one that nobody waits for goes when space is short, whatever its age.
        if let age = report.level >= .low ? .zero : policy.artifacts {
            try await removeImages(unusedSince: now.earlier(by: age), &report)
        }
        if let age = policy.consoles { try await removeTranscripts(before: now.earlier(by: age), &report) }
        if !dryRun { try await removeLeftovers(&report) }
        // What a dry run counts as gone with its job does not go once more below.
        var gone: Set<JobID> = []
        if let age = policy.results {
            gone = try await removeJobs(before: now.earlier(by: age), policy.keepLast, &report)
            if !dryRun { try await removeTraces(before: now.earlier(by: age), &report) }
        }
        if let age = policy.logs {
            try await removeLogs(before: now.earlier(by: age), policy.keepLast, without: gone, &report)
        }
        if let age = policy.artifacts {
            try await removeRecordings(before: now.earlier(by: age), policy.keepLast, without: gone, &report)
        }
    }

    private func tell(_ report: RetentionReport) {
        if !report.isDryRun, !report.isEmpty { logger.notice("retention: \(report.words)") }
        for obstacle in report.obstacles { logger.warning("retention: \(obstacle)") }
    }

    // MARK: - Steps

    /// Runs one step, unless a backup is made.
    private func step(_ dryRun: Bool, _ body: () async throws(Failure) -> Void) async throws(Failure) {
        if dryRun { return try await body() }
        guard let lock = try MaintenanceLock(state: places.root, .removal) else {
            throw Failure(.job, "a backup is made just now", advice: "retention goes on when it has ended")
        }
        try await body()
        _ = consume lock
        try? await clock.sleep(for: pace)
    }

    /// What a run that was broken off noted and did not remove.
    private func removeLeftovers(_ report: inout RetentionReport) async throws(Failure) {
        let jobs = await names(in: places.jobLogs).compactMap { name in
            name.hasSuffix(".jsonl") ? JobID(name.dropLast(6)) : nil
        }
        for start in stride(from: 0, to: jobs.count, by: Self.rowsAStep) {
            let page = Array(jobs[start..<min(start + Self.rowsAStep, jobs.count)])
            for job in try await book.withoutLog(among: page) { await remove(log(of: job), \.logs, &report) }
        }
    }

    private func removeLogs(
        before moment: WallTime, _ keepLast: Int, without gone: Set<JobID>, _ report: inout RetentionReport
    ) async throws(Failure) {
        let dryRun = report.isDryRun
        let used = try await book.recordingsUsed(by: [])
        var after: JobID? = JobID(rawValue: 0)
        while let from = after {
            let page = try await book.expired(
                .logs, before: moment, keepLast: keepLast, after: from, limit: Self.jobsAStep)
            after = page.next
            let jobs = page.jobs.filter { !used.contains($0) && !gone.contains($0) }
            var found = report
            try await step(dryRun || jobs.isEmpty) { () throws(Failure) in
                let going = dryRun ? jobs : try await book.forgetLogs(of: jobs, keepLast: keepLast)
                for job in going { await remove(log(of: job), \.logs, &found) }
            }
            report = found
        }
    }

    /// - Returns: the jobs that a dry run found; they are there yet.
    private func removeJobs(
        before moment: WallTime, _ keepLast: Int, _ report: inout RetentionReport
    ) async throws(Failure) -> Set<JobID> {
        let dryRun = report.isDryRun
        let used = try await book.recordingsUsed(by: [])
        var counted: Set<JobID> = []
        var after: JobID? = JobID(rawValue: 0)
        while let from = after {
            let page = try await book.expired(
                .results, before: moment, keepLast: keepLast, after: from, limit: Self.jobsAStep)
            after = page.next
            let jobs = page.jobs.filter { !used.contains($0) }
            if dryRun {
                for job in jobs { await removeFiles(of: job, &report) }
                report.jobs.items += jobs.count
                counted.formUnion(jobs)
            } else if !jobs.isEmpty {
                // The book asks again whose recordings are wanted: somebody may have submitted an exploration since.
                try await step(false) { () throws(Failure) in
                    _ = try await book.condemn(jobs, keepLast: keepLast)
                }
            }
        }
        if !dryRun { try await removeCondemned(&report) }
        return counted
    }

    private func removeCondemned(_ report: inout RetentionReport) async throws(Failure) {
        while true {
            let going = try await book.condemned(limit: Self.jobsAStep)
            if going.isEmpty { return }
            for job in going {
                var found = report
                // Its files first: afterwards nobody would know whose they are.
                try await step(false) { () throws(Failure) in await removeFiles(of: job, &found) }
                report = found
                var isGone = false
                while !isGone {
                    try await step(false) { () throws(Failure) in
                        isGone = try await book.remove(job, limit: Self.rowsAStep)
                    }
                }
                report.jobs.items += 1
            }
        }
    }

    private func removeFiles(of job: JobID, _ report: inout RetentionReport) async {
        await remove(log(of: job), \.logs, &report)
        for name in await names(in: places.powerCuts) where Self.job(ofRecording: name) == job {
            await remove("\(places.powerCuts)/\(name)", \.recordings, &report)
        }
    }

    private func removeTraces(before moment: WallTime, _ report: inout RetentionReport) async throws(Failure) {
        var cursor: TraceCursor? = TraceCursor()
        while let from = cursor {
            // Numbers of what went long ago cost nothing, and are many: only what removes something takes its time.
            let page = try await book.removeTraces(before: moment, after: from, limit: Self.rowsAStep)
            if page.removed > 0 { try? await clock.sleep(for: pace) }
            report.traces += page.removed
            cursor = page.next
        }
    }

    /// The disks and writes of recordings; reports stay as long as their job.
    private func removeRecordings(
        before moment: WallTime, _ keepLast: Int, without gone: Set<JobID>, _ report: inout RetentionReport
    ) async throws(Failure) {
        let folders = await names(in: places.powerCuts)
        let owners = Set(folders.compactMap(Self.job(ofRecording:))).sorted()
        var free: Set<JobID> = []
        for start in stride(from: 0, to: owners.count, by: Self.rowsAStep) {
            let page = Array(owners[start..<min(start + Self.rowsAStep, owners.count)])
            free.formUnion(try await book.free(among: page, before: moment, keepLast: keepLast))
        }
        guard !free.isEmpty else { return }
        let kept = owners.filter { !free.contains($0) }
        let used = try await book.recordingsUsed(by: kept)
        let dryRun = report.isDryRun
        for name in folders {
            guard let job = Self.job(ofRecording: name), free.contains(job), !used.contains(job), !gone.contains(job)
            else { continue }
            var found = report
            try await step(dryRun) { () throws(Failure) in
                // Somebody may have pinned the job since, or submitted one that works with its recording.
                guard try await book.free(among: [job], before: moment, keepLast: keepLast) == [job],
                    try await !book.recordingsUsed(by: []).contains(job)
                else { return }
                let folder = "\(places.powerCuts)/\(name)"
                for file in await files(below: folder) where !Self.isReport(file) {
                    await remove("\(folder)/\(file)", \.recordings, &found)
                }
            }
            report = found
        }
    }

    private func removeImages(unusedSince moment: WallTime, _ report: inout RetentionReport) async throws(Failure) {
        let idle = await images.idle(moment)
        guard !idle.isEmpty else { return }
        var wanted: Set<String> = []
        var after: JobID? = JobID(rawValue: 0)
        while let from = after {
            let page = try await book.downloadsWaited(after: from, limit: Self.jobsAStep)
            let lookup = images.cached
            let downloads = page.downloads
            wanted.formUnion(await HostWork.run { Set(downloads.compactMap(lookup)) } ?? [])
            after = page.next
        }
        for image in idle where !wanted.contains(image.sha256) {
            if report.isDryRun {
                report.images.add(image.size)
            } else if await images.evict(image) {
                report.images.add(image.size)
                try? await clock.sleep(for: pace)
            }
        }
    }

    private func removeTranscripts(before moment: WallTime, _ report: inout RetentionReport) async throws(Failure) {
        let dryRun = report.isDryRun
        for board in await names(in: places.consoles) {
            let folder = "\(places.consoles)/\(board)"
            let stems = Set(await names(in: folder).compactMap(Self.transcript)).sorted()
            for stem in stems {
                let pair = ["\(folder)/\(stem).log", "\(folder)/\(stem).idx"]
                var found = report
                try await step(true) { () throws(Failure) in
                    guard openTranscripts().isDisjoint(with: pair) else { return }
                    let entries = await HostWork.run { pair.compactMap { HostEntry($0)?.modified } } ?? []
                    guard let last = entries.max(), last < moment else { return }
                    for path in pair { await remove(path, \.consoles, &found, items: path == pair[0] ? 1 : 0) }
                    if !dryRun { try? await clock.sleep(for: pace) }
                }
                report = found
            }
        }
    }

    // MARK: - Files

    /// Counts what goes, and removes it unless this is a dry run.
    private func remove(
        _ path: String, _ kind: WritableKeyPath<RetentionReport, RetentionReport.Count>,
        _ report: inout RetentionReport, items: Int = 1
    ) async {
        let dryRun = report.isDryRun
        let outcome = await HostWork.run { () -> (space: Int64, isGone: Bool)? in
            guard HostEntry(path) != nil else { return nil }
            let space = HostEntry.space(of: path)
            return (space, dryRun || HostEntry.remove(path))
        }
        guard let outcome, let outcome else { return }
        if outcome.isGone {
            report[keyPath: kind].add(outcome.space, items: items)
        } else if report.obstacles.count < 20 {
            report.obstacles.append("\(path) cannot be removed")
        }
    }

    private func log(of job: JobID) -> String { "\(places.jobLogs)/\(job).jsonl" }

    private func names(in folder: String) async -> [String] {
        await HostWork.run { HostEntry.names(in: folder) } ?? []
    }

    private func files(below folder: String) async -> [String] {
        await HostWork.run { HostEntry.files(below: folder) } ?? []
    }

    /// `12-0` is of job 12.
    private static func job(ofRecording name: String) -> JobID? {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && Int(parts[1]) != nil ? JobID(parts[0]) : nil
    }

    private static func isReport(_ file: String) -> Bool {
        PowerCutReportForm.allCases.contains { form in
            file == "report.\(form == .junit ? "xml" : form.rawValue)"
        }
    }

    private static func transcript(_ name: String) -> String? {
        [".log", ".idx"].contains { name.hasSuffix($0) } ? String(name.dropLast(4)) : nil
    }
}

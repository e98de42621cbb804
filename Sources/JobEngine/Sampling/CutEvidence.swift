import LabModel

/// Keeps what is left of a board that failed: its console, and its disk where the lab can get at it.
struct CutEvidence {
    let notebook: (any SamplingNotebook)?
    let campaign: ExplorationName
    /// Disks kept already, and the most that are.
    let disksKept: Int

    static let diskLimit = 5
    private static let lines = 200

    func keep(_ trial: SampledCut, of run: RunContext, until deadline: MonotonicTime) async throws {
        guard let notebook else { return }
        let lines = await run.board.console.lastLines(Self.lines).map { run.secrets.masked($0.text) }
        let folder = try await notebook.keep(console: lines, ofTrial: trial.cut.number, of: campaign)
        run.log.info("console of cut \(trial.cut.number) kept in \(folder)")
        guard let disk = run.board.disk else {
            return run.log.info("the lab cannot get at this board's disk: it is not kept")
        }
        guard disksKept < Self.diskLimit else {
            return run.log.info("\(Self.diskLimit) disks are kept already: this one is not")
        }
        run.hasShell = false
        try await run.switchPower(.off, until: deadline)
        if try await disk.save(to: folder + "/disk.img") {
            run.log.info("disk of cut \(trial.cut.number) kept in \(folder)")
        }
    }
}

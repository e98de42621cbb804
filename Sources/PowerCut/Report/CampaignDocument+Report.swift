import LabModel

extension CampaignDocument {
    /// The document of a campaign over `space`.
    public init(_ report: CampaignReport, of space: CrashSpace, title: String, line: String) {
        let trace = space.trace
        let begin = trace.events.first?.time ?? MonotonicTime(nanoseconds: 0)
        func milliseconds(_ time: MonotonicTime) -> Double { time.duration(since: begin).inSeconds * 1000 }
        self.init(
            title: title, line: line, passes: report.passes, isSound: report.isSound, end: report.end.rawValue,
            boots: report.boots, trace: report.trace.description, recordedAt: "\(trace.header.recordedAt)",
            machine: Dictionary(trace.header.machine.map { ($0.key, $0.value) }) { first, _ in first },
            milliseconds: trace.duration.inSeconds * 1000, diskSize: trace.header.baseSize,
            writes: trace.writes.map { write in
                Write(
                    number: write.number, milliseconds: milliseconds(write.time), offset: write.offset,
                    length: write.length, content: "\(write.content)", isFUA: write.isFUA,
                    isAmbiguous: write.isAmbiguous, phase: space.phase(ofCut: write.number))
            },
            flushes: trace.events.compactMap { event in
                guard case .flush(let flush) = event else { return nil }
                return Flush(afterWrite: flush.writesBefore, milliseconds: milliseconds(flush.time))
            },
            marks: trace.marks.map {
                Mark(
                    afterWrite: $0.writesBefore, milliseconds: milliseconds($0.time), text: $0.text, phase: $0.phase,
                    isSuccess: $0.isSuccess)
            },
            states: report.results.map { State($0) },
            classes: report.classes.map { Class($0) }, models: report.models.map { Model($0) },
            recheck: Recheck(report.recheck), explanations: report.explanations.map { Explained($0) },
            changes: Self.changes(report, of: space), gaps: Gaps.of(report))
    }

    /// The writes at which the verdict of a prefix changes, named.
    private static func changes(_ report: CampaignReport, of space: CrashSpace) -> [Change] {
        let prefixes = report.results.filter { $0.model == .prefix }.sorted { $0.id < $1.id }
        var namer = WriteNamer(space)
        var changes: [Change] = []
        for (before, after) in zip(prefixes, prefixes.dropFirst())
        where before.verdict != after.verdict || before.isAllowed != after.isAllowed {
            let number = after.id.update.writes
            guard changes.count < changeLimit, before.id.update.writes == number - 1,
                let with = try? CrashState(after.id, in: space), let without = try? CrashState(before.id, in: space)
            else { continue }
            changes.append(
                Change(
                    write: namer.name(
                        write: number, bytes: space.bytes(ofWrite: number), without: without, with: with),
                    before: before.verdict, after: after.verdict, isAllowedBefore: before.isAllowed,
                    isAllowedAfter: after.isAllowed, phase: after.phase))
        }
        return changes
    }
}

extension CampaignDocument.State {
    fileprivate init(_ result: StateResult) {
        self.init(
            id: result.id, model: result.model.rawValue, verdict: result.verdict, isAllowed: result.isAllowed,
            phase: result.phase, isAfterSuccess: result.isAfterSuccess, classNumber: result.classIndex,
            wasBooted: result.wasBooted, weight: result.weight)
    }
}

extension CampaignDocument.Class {
    fileprivate init(_ known: CampaignClass) {
        self.init(
            representative: known.representative, smallest: known.smallest, count: known.count,
            verdicts: Dictionary(known.verdicts.map { ($0.key.rawValue, $0.value) }) { $0 + $1 }, facts: known.facts,
            sectorsRead: known.readSectors)
    }
}

extension CampaignDocument.Model {
    fileprivate init(_ model: ModelReport) {
        self.init(
            name: model.model.rawValue, coverage: model.coverage, boots: model.boots, pruned: model.pruned,
            withoutBudget: model.withoutBudget, undecided: model.undecided)
    }
}

extension CampaignDocument.Recheck {
    fileprivate init(_ recheck: RecheckResult) {
        self.init(
            candidates: recheck.candidates, rebooted: recheck.rebooted,
            wrong: recheck.wrong.map {
                Wrong(
                    state: $0.state, representative: $0.representative, expected: $0.expected, got: $0.got,
                    reason: $0.reason, expectedAgain: $0.expectedAgain, gotAgain: $0.gotAgain)
            }, bound: recheck.bound)
    }
}

extension CampaignDocument.Explained {
    fileprivate init(_ explanation: Explanation) {
        let width = explanation.width
        self.init(
            state: explanation.state, minimal: explanation.minimal, passing: explanation.passing,
            verdict: explanation.verdict, phase: explanation.phase, flip: explanation.flip.rawValue,
            writes: explanation.writes, firstFailingCut: explanation.failingCuts?.lowerBound,
            lastFailingCut: explanation.failingCuts?.upperBound,
            windowInOrder: width?.inOrder.map { $0.inSeconds * 1000 },
            windowCached: width?.cached.map { $0.inSeconds * 1000 },
            relayCutsInOrder: width?.inOrder.flatMap { width?.relayCuts(window: $0) },
            relayCutsCached: width?.cached.flatMap { width?.relayCuts(window: $0) },
            consoleTail: explanation.facts.consoleTail, cause: explanation.cause, named: explanation.named,
            ending: explanation.ending)
    }
}

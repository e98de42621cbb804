import LabModel

extension CrashSpace {
    /// The phase in which write `cut` arrived; nil before the first phase, for 0, and in a trace without phases.
    public func phase(ofCut cut: Int) -> String? {
        trace.marks.last { $0.phase != nil && $0.writesBefore < cut }?.phase
    }

    /// The phase in which the power goes in `id`: that of the last write that reached the disk, or of the torn one.
    public func phase(of id: StateID) -> String? {
        phase(ofCut: id.update.writes + (id.update.torn == nil ? 0 : 1))
    }

    /// Whether a cut after the updater's report of success can leave `id`. A lost write that a flush had made durable
    /// before the report cannot be lost after it.
    public func isAfterSuccess(_ id: StateID) -> Bool {
        isAfterSuccess(id, lost: lostWrites(of: id))
    }

    /// The same for all states of `id`'s cut that have lost at least `lost`: whether one of them can be left.
    func isAfterSuccess(_ id: StateID, lost: [Int]) -> Bool {
        success.map { isAfter($0, id, lost: lost) } ?? false
    }

    /// The number of the last acknowledgement after which a cut can leave `id`; nil before the first.
    public func acknowledged(before id: StateID) -> Int? { acknowledged(before: id, lost: lostWrites(of: id)) }

    /// The same for all states of `id`'s cut that have lost at least `lost`.
    func acknowledged(before id: StateID, lost: [Int]) -> Int? {
        acknowledgements.last { isAfter($0.at, id, lost: lost) }?.number
    }

    /// Whether it matters which writes a state of `cut` has lost: at the very cut of a report or an acknowledgement alone.
    func dependsOnLosses(atCut cut: Int) -> Bool {
        success?.writes == cut || acknowledgements.contains { $0.at.writes == cut }
    }

    private func isAfter(_ moment: Moment, _ id: StateID, lost: [Int]) -> Bool {
        guard id.update.writes >= moment.writes else { return false }
        return id.update.writes > moment.writes || lost.allSatisfy { !epochs.isDurable($0, beforeEvent: moment.event) }
    }

    private func lostWrites(of id: StateID) -> [Int] {
        guard case .some(_, let kept) = id.update.kept else { return [] }
        let present = Set(kept)
        return epochs.volatileWrites(atCut: id.update.writes).filter { !present.contains($0) }
    }

    /// Whether `version` was started for the first time in the recording, and wrote something, before `id` was left.
    func hasStarted(_ version: String, before id: StateID) -> Bool {
        guard let runs = trace.marks.firstIndex(where: { $0.text == RecordingMarks.runs(version) }) else {
            return false
        }
        let start = trace.marks[..<runs].last { $0.text == RecordingMarks.start } ?? trace.marks[runs]
        return start.writesBefore < id.update.writes
    }

    /// The cuts 0...N, the ones that fail more often first: groups of cuts by phase (by flush epoch in a trace without
    /// phases), those that write least first. The flip of a flag is a handful of sectors, the copy of a slot is all the rest.
    public func cutsFailingFirst() -> [Int] {
        var groups: [(cuts: [Int], bytes: Int)] = [([0], 0)]
        var last: String?
        let hasPhases = trace.marks.contains { $0.phase != nil }
        let epochEnds = hasPhases ? [] : Set(epochs.windows.map(\.cut))
        for write in trace.writes {
            let phase = phase(ofCut: write.number)
            if hasPhases ? phase != last : epochEnds.contains(write.number - 1) { groups.append(([], 0)) }
            last = phase
            groups[groups.count - 1].cuts.append(write.number)
            groups[groups.count - 1].bytes += write.length
        }
        return groups.enumerated().sorted { ($0.element.bytes, $0.offset) < ($1.element.bytes, $1.offset) }
            .flatMap(\.element.cuts)
    }

    /// - Throws: `job` when the update wrote nothing in one of `phases`.
    func checkStarts(_ phases: [String]?) throws(Failure) {
        guard let phases else { return }
        let known = Set(trace.writes.compactMap { phase(ofCut: $0.number) })
        guard let unknown = phases.first(where: { !known.contains($0) }) else { return }
        throw Failure(
            .job, "repeated cuts cannot start in '\(unknown)': the update wrote nothing in a phase of that name",
            advice: "it wrote in \(known.sorted().joined(separator: ", "))")
    }

    /// One cut from the middle of every phase (of every flush epoch in a trace without phases), failing first:
    /// where repeated cuts start unless told otherwise.
    public func cutsInTheMiddle() -> [Int] {
        let order = cutsFailingFirst()
        var groups: [[Int]] = []
        for cut in order {
            if let last = groups.last?.last, cut == last + 1, phase(ofCut: cut) == phase(ofCut: last) {
                groups[groups.count - 1].append(cut)
            } else {
                groups.append([cut])
            }
        }
        return groups.map { $0[$0.count / 2] }
    }
}

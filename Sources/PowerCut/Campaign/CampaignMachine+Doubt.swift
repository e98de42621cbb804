import LabModel

/// A second boot of one of the two that were taken for the same.
struct Doubt: Sendable {
    var state: CrashState
    var wrong: Int
    var task: CampaignMachine.FlightTask
}

extension CampaignMachine {
    /// Wrong answers that are looked into; the campaign is unsound after the first.
    static let doubtLimit = 3

    mutating func rechecked(_ state: CrashState, classIndex: Int, _ outcome: BootOutcome) {
        guard outcome.facts.end != .infrastructure else { return }
        recheck.rebooted += 1
        let expected = classes[classIndex].facts
        guard outcome.facts.essence != expected.essence else { return }
        recheck.wrong.append(
            RecheckResult.WrongAnswer(
                state: state.id, representative: classes[classIndex].representative, expected: expected,
                got: outcome.facts))
        let place = recheck.wrong.count - 1
        guard place < Self.doubtLimit else { return }
        doubts.append(Doubt(state: state, wrong: place, task: .doubt(wrong: place, isRepresentative: false)))
        doubts.append(
            Doubt(
                state: index.representatives[classIndex].state, wrong: place,
                task: .doubt(wrong: place, isRepresentative: true)))
    }

    /// One wrong answer makes the campaign unsound, whatever comes out here: verdicts were given that nothing holds up.
    /// The second boots only tell the person what to look for.
    mutating func doubted(_ place: Int, isRepresentative: Bool, _ outcome: BootOutcome) {
        guard recheck.wrong.indices.contains(place), outcome.facts.end != .infrastructure else { return }
        var wrong = recheck.wrong[place]
        if isRepresentative {
            wrong.expectedAgain = outcome.facts
            if wrong.expected.essence != outcome.facts.essence {
                wrong.reason = .representativeVaries
            } else if wrong.reason == .unknown, readsTellApart(wrong, outcome.log) {
                wrong.reason = .readsVary
            }
        } else {
            wrong.gotAgain = outcome.facts
            if wrong.got.essence != outcome.facts.essence, wrong.reason != .representativeVaries {
                wrong.reason = .stateVaries
            }
        }
        if wrong.reason == .unknown, wrong.expectedAgain != nil, wrong.gotAgain != nil { wrong.reason = .unseen }
        recheck.wrong[place] = wrong
    }

    // Whether the union of the reads of both boots would have kept state and representative apart.
    private func readsTellApart(_ wrong: RecheckResult.WrongAnswer, _ second: ReadLog) -> Bool {
        guard let state = state(wrong.state),
            let known = index.representatives.first(where: { $0.state.id == wrong.representative })
        else { return false }
        let again = Representative(
            state: known.state, facts: known.facts, log: second, recording: known.recording)
        return again.readSectors.contains { sectors in
            sectors.contains { !state.isEqual(to: known.state, atSector: $0) }
        } || again.foreignSectors.contains { !state.isEqual(to: known.state, atSector: $0) }
    }
}

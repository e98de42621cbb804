extension CampaignMachine {
    /// Writes of one explanation that are named.
    private static let namedWrites = 8

    /// Says of the writes that make the difference what they wrote to.
    func name(_ explanation: inout Explanation, saving: (write: Int, state: StateID)?) {
        guard let failing = state(explanation.minimal) else { return }
        var namer = WriteNamer(space)
        let passing = explanation.passing.flatMap { state($0) }
        for number in explanation.writes.prefix(Self.namedWrites) {
            guard let bytes = bytes(ofWrite: number, in: explanation) else { continue }
            let (without, with) = neighbours(of: number, in: explanation, failing: failing, passing: passing)
            explanation.named.append(
                namer.name(
                    write: number, isOfRecovery: explanation.flip == .recovery, bytes: bytes, without: without,
                    with: with))
        }
        if let last = explanation.failingCuts?.upperBound, last < space.trace.writes.count,
            let without = state(.prefix(last)), let with = state(.prefix(last + 1))
        {
            explanation.ending = namer.name(
                write: last + 1, bytes: space.bytes(ofWrite: last + 1), without: without, with: with)
        } else if let saving, let with = state(saving.state) {
            explanation.ending = namer.name(
                write: saving.write, bytes: space.bytes(ofWrite: saving.write), without: failing, with: with)
        }
    }

    private func bytes(ofWrite number: Int, in explanation: Explanation) -> Range<Int>? {
        guard explanation.flip == .recovery else {
            return space.trace.writes.indices.contains(number - 1) ? space.bytes(ofWrite: number) : nil
        }
        guard let writes = explanation.minimal.parent.flatMap({ recordings[$0] })?.writes,
            writes.indices.contains(number - 1)
        else { return nil }
        return writes[number - 1].offset..<writes[number - 1].offset + writes[number - 1].length
    }

    /// A state without the write, and the same with it.
    private func neighbours(
        of number: Int, in explanation: Explanation, failing: CrashState, passing: CrashState?
    ) -> (without: CrashState?, with: CrashState) {
        switch explanation.flip {
        case .absence:
            return (failing, passing ?? failing)
        case .tearing:
            // The passing neighbour has the write whole, or not at all.
            guard let passing, passing.id.update.writes >= number else { return (passing, failing) }
            return (failing, passing)
        case .presence:
            // Of several writes, none of which it can do without, each has a neighbour of its own.
            guard explanation.writes.count > 1,
                case .some(let prefix, let present) = failing.id.update.kept
            else { return (passing, failing) }
            let cut = StateID.Cut(
                writes: failing.id.update.writes,
                kept: .some(durablePrefix: prefix, volatile: present.filter { $0 != number }))
            return (state(StateID(cut)), failing)
        case .recovery, .unknown:
            return (passing, failing)
        }
    }
}

extension CrashSpace {
    /// The bytes of the disk that a write of the recording wrote.
    func bytes(ofWrite number: Int) -> Range<Int> {
        let write = trace.writes[number - 1]
        return write.offset..<write.offset + write.length
    }
}

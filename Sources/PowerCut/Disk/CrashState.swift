import Glibc
public import LabModel

/// The disk as a power cut left it: which version of every written sector is there. Nothing is copied out of the trace;
/// only what recovery boots wrote on top is held in memory.
public struct CrashState: Sendable {
    public let space: CrashSpace
    public let id: StateID
    // By extent: which of its versions is there; 0 is the base image.
    let visible: [Int32]
    // The part of the torn write that is there.
    let torn: (write: Int, sectors: Range<Int>)?
    // What recovery boots left on top.
    let overlay: SectorOverlay
    let overlayPayload: [UInt8]

    /// The state `id` of `space`. `recoveries` are the recordings of the recovery boots that `id` goes through, in
    /// order: the first was made in `w…`, the second in `w…/x`. Throws when `id` does not fit the trace or them.
    public init(_ id: StateID, in space: CrashSpace, recoveries: [BootRecording] = []) throws(Failure) {
        self.space = space
        self.id = id
        let presence = try Presence(
            id.update, of: "the trace", writes: space.trace.writes.count, epochs: { space.epochs }, id: id)
        torn = try CrashState.tornSectors(id.update, writes: space.trace.writes, id: id).map {
            (id.update.writes + 1, $0)
        }
        visible = space.index.extents.map { extent in
            let versions = space.index.versions[extent.versions]
            let newest = versions.lastIndex { presence.contains(Int($0), in: space.epochs) }
            return Int32(newest.map { $0 - versions.startIndex + 1 } ?? 0)
        }
        guard recoveries.count >= id.recoveries.count else {
            throw Failure(
                .job,
                "\(id) goes through \(id.recoveries.count) recovery boots, of which \(recoveries.count) are known",
                advice: "boot its parent first")
        }
        var overlay = SectorOverlay()
        var payload: [UInt8] = []
        for (cut, recording) in zip(id.recoveries, recoveries) {
            try CrashState.lay(recording, cut: cut, on: &overlay, payload: &payload, id: id)
        }
        self.overlay = overlay
        overlayPayload = payload
    }

    /// Disk size in bytes.
    public var size: Int { space.size }

    private static func tornSectors(
        _ cut: StateID.Cut, writes: [TraceWrite], id: StateID
    ) throws(Failure) -> Range<Int>? {
        guard let part = cut.torn else { return nil }
        guard cut.writes < writes.count else {
            throw Failure(.job, "\(id) tears write \(cut.writes + 1), and there are only \(writes.count)")
        }
        let sectors = writes[cut.writes].sectors
        let count =
            switch part {
            case .first(let count), .last(let count): count
            }
        guard count > 0, count < sectors.count else {
            throw Failure(
                .job, "\(id) keeps \(count) sectors of write \(cut.writes + 1), which has \(sectors.count)",
                advice: "a torn write keeps at least one sector and loses at least one")
        }
        return switch part {
        case .first: sectors.prefix(count)
        case .last: sectors.suffix(count)
        }
    }

    private static func lay(
        _ recording: BootRecording, cut: StateID.Cut, on overlay: inout SectorOverlay, payload: inout [UInt8],
        id: StateID
    ) throws(Failure) {
        let epochs = FlushEpochs(events: recording.events)
        let presence = try Presence(
            cut, of: "the recovery boot", writes: recording.writeCount, epochs: { epochs }, id: id)
        let writes = recording.writes
        func put(_ write: TraceWrite, _ sectors: Range<Int>) {
            let start = recording.payloadOffsets[write.number - 1]
            guard start >= 0 else { return overlay.put(sectors: sectors, at: -1) }
            let first = start + sectors.lowerBound * sectorSize - write.offset
            overlay.put(sectors: sectors, at: payload.count)
            payload.append(contentsOf: recording.payload[first..<first + sectors.count * sectorSize])
        }
        for write in writes where presence.contains(write.number, in: epochs) { put(write, write.sectors) }
        if let sectors = try tornSectors(cut, writes: writes, id: id) { put(writes[cut.writes], sectors) }
    }
}

/// Which writes of a recording a cut left.
private struct Presence {
    let cut: Int
    let volatile: Set<Int>?

    init(
        _ cut: StateID.Cut, of what: String, writes: Int, epochs: () -> FlushEpochs, id: StateID
    ) throws(Failure) {
        guard cut.writes <= writes, cut.writes >= 0 else {
            throw Failure(.job, "\(id) is a cut after \(cut.writes) writes, and \(what) has only \(writes)")
        }
        self.cut = cut.writes
        guard case .some(let prefix, let listed) = cut.kept else {
            volatile = nil
            return
        }
        let epochs = epochs()
        guard prefix == epochs.durablePrefix(atCut: cut.writes) else {
            throw Failure(
                .job,
                "\(id): after \(cut.writes) writes of \(what) the durable prefix is "
                    + "\(epochs.durablePrefix(atCut: cut.writes)), not \(prefix)", advice: "is it of another trace?")
        }
        if let durable = listed.first(where: { $0 < 1 || $0 > cut.writes || epochs.isDurable($0, atCut: cut.writes) }) {
            throw Failure(.job, "\(id): write \(durable) is not volatile after \(cut.writes) writes")
        }
        volatile = Set(listed)
    }

    func contains(_ write: Int, in epochs: FlushEpochs) -> Bool {
        guard write <= cut else { return false }
        guard let volatile else { return true }
        return volatile.contains(write) || epochs.isDurable(write, atCut: cut)
    }
}

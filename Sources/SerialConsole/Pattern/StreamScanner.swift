import CVectorscan
import LabModel

/// Feeds one vectorscan stream with a console's output, without the carriage returns of line ends, and keeps count of
/// which byte of the stream is which byte of the console.
struct StreamScanner {
    private let stream: OpaquePointer
    /// What the engine's callback writes to.
    private let found = UnsafeMutablePointer<CandidateList>.allocate(capacity: 1)
    private var filter: LineEndFilter
    /// Bytes that the stream has been fed.
    private var fed: UInt64 = 0
    /// Where the last of them lies on the console, plus one.
    private var fedEnd: UInt64

    /// - Parameter database: What is searched for; has to live as long as the scanner.
    /// - Throws: `Failure` of type `infrastructure` when there is no memory.
    init(_ database: PatternDatabase, from start: UInt64) throws(Failure) {
        var opened: OpaquePointer?
        guard labd_hs_open_stream(database.database, &opened) == HS_SUCCESS, let opened else { throw outOfMemory }
        stream = opened
        found.initialize(to: CandidateList(isLate: database.members.map { $0.matchesAtEnd || $0.looksAhead }))
        filter = LineEndFilter(at: start)
        fedEnd = start
    }

    /// Gives the memory back; nothing may be called after it.
    func close(_ scratch: MatchScratch) {
        labd_hs_close_stream(stream, scratch.space, nil, nil)
        found.deinitialize(count: 1)
        found.deallocate()
    }

    /// Reads what `history` holds up to `end`, at most `PatternLimits.slice` bytes, and returns what may match there,
    /// the earliest end first.
    ///
    /// - Throws: `Failure` of type `bug` when the engine refuses.
    mutating func scan(
        _ history: ConsoleHistory, upTo end: UInt64, space: OpaquePointer?, room: UnsafeMutableRawBufferPointer
    ) throws(Failure) -> [CandidateList.Candidate] {
        let (unread, fedBefore, endBefore) = (filter, fed, fedEnd)
        let result = history.withBytes(of: filter.next..<end) { bytes in
            let visible = filter.visible(of: bytes, room: room)
            guard !visible.isEmpty else { return HS_SUCCESS }
            fed += UInt64(visible.count)
            fedEnd = filter.next
            return feed(visible, space)
        }
        guard result == HS_SUCCESS else {
            throw Failure(.bug, "the pattern engine refused console output: error \(result)")
        }
        if found.pointee.isEmpty { return [] }
        return history.withBytes(of: unread.next..<end) { bytes in
            var pieces: [Range<Int>] = []
            var again = unread
            again.forEachPiece(of: bytes) { pieces.append($0) }
            return found.pointee.take { end in
                guard end > fedBefore else { return endBefore - min(endBefore, fedBefore - end) }
                var rest = Int(end - fedBefore)
                for piece in pieces {
                    if rest <= piece.count { return unread.next + UInt64(piece.lowerBound + rest) }
                    rest -= piece.count
                }
                return fedEnd
            }
        }
    }

    /// Hands `bytes` to the engine in steps of `PatternLimits.engineStep`.
    private func feed(_ bytes: UnsafeRawBufferPointer, _ space: OpaquePointer?) -> hs_error_t {
        let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        for place in stride(from: 0, to: bytes.count, by: PatternLimits.engineStep) {
            let count = UInt32(min(PatternLimits.engineStep, bytes.count - place))
            let result = labd_hs_scan_stream(stream, start.map { $0 + place }, count, space, collect, found)
            guard result == HS_SUCCESS else { return result }
        }
        return HS_SUCCESS
    }

    /// What matches when the output ends here; the stream stays as it is.
    ///
    /// - Throws: `Failure` of type `infrastructure` when there is no memory.
    func scanEnd(space: OpaquePointer?) throws(Failure) -> [CandidateList.Candidate] {
        guard fed > 0 else { return [] }
        // Closing a copy raises the matches at the end of data.
        var copy: OpaquePointer?
        guard labd_hs_copy_stream(&copy, stream) == HS_SUCCESS else { throw outOfMemory }
        labd_hs_close_stream(copy, space, collect, found)
        return found.pointee.take { end in fedEnd - min(fedEnd, fed - min(fed, end)) }
    }

    /// Goes on at `offset`: the output between is lost.
    mutating func skip(to offset: UInt64, space: OpaquePointer?) {
        labd_hs_reset_stream(stream, space)
        filter = LineEndFilter(at: offset)
        fed = 0
        fedEnd = offset
    }
}

private let collect: match_event_handler = { pattern, _, end, _, context in
    context?.assumingMemoryBound(to: CandidateList.self).pointee.add(pattern: pattern, end: end)
    return 0
}

import CPCRE2
import CVectorscan
import LabModel

/// The working memory of the two engines. One console owns one, and uses it on its event loop only.
final class MatchScratch {
    /// Vectorscan's scratch space; nil before the first database.
    private(set) var space: OpaquePointer?
    let matchData: OpaquePointer
    let matchContext: OpaquePointer
    /// Room for the bytes of a slice in one piece.
    let gathered: UnsafeMutableRawBufferPointer
    /// Bounds the time that a look with PCRE2 may take.
    let now: () -> MonotonicTime

    /// - Throws: `Failure` of type `infrastructure` when there is no memory.
    init(now: @escaping () -> MonotonicTime) throws(Failure) {
        guard let data = pcre2_match_data_create_8(100, nil) else { throw outOfMemory }
        guard let context = pcre2_match_context_create_8(nil) else {
            pcre2_match_data_free_8(data)
            throw outOfMemory
        }
        pcre2_set_match_limit_8(context, PatternLimits.matchSteps)
        pcre2_set_depth_limit_8(context, PatternLimits.matchDepth)
        pcre2_set_heap_limit_8(context, PatternLimits.matchKibibytes)
        matchData = data
        // Up to two carriage returns of the slice before may be among them.
        gathered = .allocate(byteCount: Int(PatternLimits.slice) + 16, alignment: 16)
        matchContext = context
        self.now = now
    }

    deinit {
        pcre2_match_data_free_8(matchData)
        pcre2_match_context_free_8(matchContext)
        if let space { hs_free_scratch(space) }
        gathered.deallocate()
    }

    /// Makes the scratch space large enough for `database`. It is never in use while this runs.
    func fit(_ database: OpaquePointer) throws(Failure) {
        guard hs_alloc_scratch(database, &space) == HS_SUCCESS else { throw outOfMemory }
    }
}

/// The engines could not get the memory they need.
let outOfMemory = Failure(.infrastructure, "no memory for matching console output")

/// One thing that labd needs from the host.
struct HostCheck: Codable {
    enum Verdict: String, Codable {
        case ok
        /// Something is not there that only some jobs need.
        case limited
        case missing
    }

    var name: String
    var verdict: Verdict
    var detail: String
    /// The command that mends it.
    var mend: String?
}

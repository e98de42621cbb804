/// Makes a job's files reachable for its board, and for nobody else.
public protocol JobFileServer: Sendable {
    /// Serves `path` over HTTP under a path that cannot be guessed.
    ///
    /// - Returns: the URL as seen from `network`.
    func publishHTTP(_ path: String, for job: JobID, network: NetworkFacts) async throws(Failure) -> String

    /// Serves `path` over TFTP.
    ///
    /// - Returns: the file name to ask for.
    func publishTFTP(_ path: String, as name: String, for job: JobID) async throws(Failure) -> String

    /// Ends all that is served for `job`.
    func withdraw(_ job: JobID) async
}

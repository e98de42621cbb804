import LabModel

/// A job's place in its group while it runs.
struct GroupSession: Sendable {
    let rooms: GroupRooms
    let roster: GroupRoster
    let job: JobID
    let clock: any LabClock
    /// How long one call may wait; nil for as long as its block may take.
    let waitLimit: Duration?

    /// How often answers are looked for by calls that nothing else wakes.
    private static let rhythm = Duration.milliseconds(50)

    func ask(_ request: GroupRequest, token: String) async {
        await rooms.ask(request, GroupCoordinator.Ticket(job: job, token: token), in: roster.group)
    }

    func answers() async -> [String: GroupReply] { await rooms.answers(for: job, in: roster.group) }

    /// - Returns: what was missing, in words.
    @discardableResult
    func withdraw(token: String) async -> String? {
        await rooms.withdraw(GroupCoordinator.Ticket(job: job, token: token), in: roster.group)
    }

    /// Asks, and waits for the answer.
    ///
    /// - Throws: `multinodeTimeout` when none came before `deadline`, or none can come any more.
    func call(_ request: GroupRequest, token: String, until deadline: MonotonicTime) async throws -> [GroupMessage] {
        let ticket = GroupCoordinator.Ticket(job: job, token: token)
        let began = clock.monotonic()
        await rooms.ask(request, ticket, in: roster.group)
        do {
            while true {
                switch await rooms.answer(to: ticket, in: roster.group) {
                case .done(let messages)?: return messages
                case .refused(let reason)?: throw Failure.refused(request, reason)
                case nil: break
                }
                guard clock.monotonic() < deadline else { break }
                try await clock.sleep(until: min(deadline, clock.monotonic().advanced(by: Self.rhythm)))
            }
        } catch {
            await withdraw(token: token)
            throw error
        }
        throw Failure.unanswered(
            request, after: clock.monotonic().duration(since: began), missing: await withdraw(token: token))
    }
}

extension Failure {
    /// A call to the group that came to nothing because it cannot.
    static func refused(_ request: GroupRequest, _ reason: String) -> Failure {
        Failure(.multinodeTimeout, "\(request.inWords): \(reason)")
    }

    /// A call to the group whose time was up.
    static func unanswered(_ request: GroupRequest, after time: Duration, missing: String?) -> Failure {
        Failure(
            .multinodeTimeout,
            "\(request.inWords) waited \(time.shortText) in vain" + (missing.map { ": \($0)" } ?? ""),
            advice: "`timeout` of `lava-multinode` says how long jobs wait for each other")
    }
}

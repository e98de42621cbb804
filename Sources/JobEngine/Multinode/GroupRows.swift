import LabModel

/// The test cases that calls to the group become, `multinode-send-NAME` and its like, in the suite of the definition that
/// made the call. The signal says which suite that is, and may come later than the answer when signals were lost.
struct GroupRows {
    private struct Place {
        var suite: String
        var testSet: String?
    }

    private struct Outcome {
        var request: GroupRequest
        var failure: Failure?
    }

    private var places: [String: Place] = [:]
    private var outcomes: [String: Outcome] = [:]
    /// Requests that wait for their outcome, with their names.
    private var unanswered: [String: GroupRequest] = [:]
    private var recorded: Set<String> = []

    /// A request stands here in the order of all signals.
    mutating func signal(
        _ signal: GroupSignal, suite: String?, testSet: String?, wall: WallTime
    ) -> [SignalMachine.Action] {
        let token = signal.token
        guard places[token] == nil, !recorded.contains(token) else { return [] }
        places[token] = Place(suite: suite ?? "lava", testSet: testSet)
        unanswered[token] = signal.request
        return record(token, wall)
    }

    mutating func outcome(
        _ token: String, _ request: GroupRequest, failure: Failure?, suite: String?, wall: WallTime
    ) -> [SignalMachine.Action] {
        outcomes[token] = Outcome(request: request, failure: failure)
        return record(token, wall)
    }

    /// The block is over: what was answered and not placed, and what was never answered.
    mutating func close(suite: String?, wall: WallTime) -> [SignalMachine.Action] {
        var actions: [SignalMachine.Action] = []
        for token in outcomes.keys.sorted() {
            if places[token] == nil { places[token] = Place(suite: suite ?? "lava") }
            actions += record(token, wall)
        }
        for (token, request) in unanswered.sorted(by: { $0.key < $1.key }) {
            outcomes[token] = Outcome(
                request: request, failure: Failure(.multinodeTimeout, "not answered before the block ended"))
            actions += record(token, wall)
        }
        return actions
    }

    private mutating func record(_ token: String, _ wall: WallTime) -> [SignalMachine.Action] {
        guard let place = places[token], let outcome = outcomes[token] else { return [] }
        places[token] = nil
        outcomes[token] = nil
        unanswered[token] = nil
        recorded.insert(token)
        var metadata: [String: DataValue] = ["definition": .string(place.suite)]
        if let failure = outcome.failure {
            metadata["error_type"] = .string(failure.type.rawValue)
            metadata["error_msg"] = .string(failure.message)
        }
        return [
            .record(
                ResultRecord(
                    suite: place.suite, testSet: place.testSet, name: outcome.request.caseName,
                    result: outcome.failure == nil ? .pass : .fail, metadata: metadata, logged: wall))
        ]
    }
}

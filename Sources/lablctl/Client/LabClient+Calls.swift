import Foundation
import LabModel
import LabWire

/// The calls of the API, by name. Each throws `CommandError`.
extension LabClient {
    static let root = "/api/v1"

    /// Whether labd answers at all.
    func isHealthy() async -> Bool {
        await (try? get("/healthz")) != nil
    }

    func submit(_ text: String) async throws -> Submitted {
        let answer = try await post("\(Self.root)/jobs", body: Array(text.utf8), contentType: "application/yaml")
        return try decode(Submitted.self, from: answer)
    }

    func job(_ id: Int64) async throws -> JobInfo {
        try await get("\(Self.root)/jobs/\(id)", as: JobInfo.self)
    }

    func results(_ id: Int64) async throws -> JobResults {
        try await get("\(Self.root)/jobs/\(id)/results", as: JobResults.self)
    }

    func logPage(_ id: Int64, offset: Int64) async throws -> LogPage {
        try await get("\(Self.root)/jobs/\(id)/logs?offset=\(offset)&limit=1048576", as: LogPage.self)
    }

    func cancel(_ id: Int64, reason: String?) async throws -> [UInt8] {
        try await post("\(Self.root)/jobs/\(id)/cancel", json: CancelRequest(reason: reason))
    }

    func board(_ name: String) async throws -> BoardInfo {
        try await get("\(Self.root)/boards/\(Endpoint.percentEncoded(name))", as: BoardInfo.self)
    }

    /// The log of a job as it grows, until the job ends.
    ///
    /// - Parameter entry: takes each line as sent and as read.
    /// - Returns: the job as it ended.
    func followLog(
        _ id: Int64, from offset: Int64 = 0, patience: Duration = .seconds(60), lost: @escaping @Sendable () -> Void,
        regained: @escaping @Sendable () -> Void = {}, entry: (String, LogLine) -> Void
    ) async throws -> JobInfo {
        let follower = StreamFollower(client: self, patience: patience, lost: lost, regained: regained)
        try await follower.follow("\(Self.root)/jobs/\(id)/logs?follow=1", after: String(offset)) { event in
            switch event.event {
            case StreamEvent.log:
                entry(event.data, try decode(LogLine.self, from: Array(event.data.utf8)))
                return .goOn
            case StreamEvent.end: return .stop
            default: return .goOn
            }
        }
        // The farewell's job has no counts; only the job itself does.
        return try await job(id)
    }

    /// - Parameter target: of the recording, with the block if it is named.
    func recording(_ target: String) async throws -> RecordingInfo {
        let body = try await get(target)
        return try decode(RecordingInfo.self, from: body)
    }

    /// The text of a job as it was submitted.
    func definition(_ job: Int64) async throws -> String {
        String(decoding: try await get("\(Self.root)/jobs/\(job)/definition"), as: UTF8.self)
    }
}

import Foundation
import LabWire
import Testing

/// A lab whose boards are files, and jobs that hold a board until they are let go.
struct BoardLab: Sendable {
    let folder: String
    let lab: HostileLab

    var daemon: Daemon { lab.daemon }
    var files: String { folder + "/boards" }

    /// Makes the folders; the lab itself is `running`.
    static func make() throws -> String {
        let folder = try temporaryFolder()
        for name in ["boards", "types", "state", "gates"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        return folder
    }

    /// Runs `body` beside a daemon on such folders. May be called again on the same ones.
    ///
    /// - Parameter more: further lines of the configuration.
    static func running<Value: Sendable>(
        _ folder: String, more: String = "", _ body: @escaping @Sendable (BoardLab) async throws -> Value
    ) async throws -> Value {
        let configuration = """
            boards: []
            boards_folder: \(folder)/boards
            device_types: [\(folder)/types]
            \(more)
            """
        // A test that fails has to end its daemon too.
        return try await Daemon.with(state: folder + "/state", configuration: configuration) { daemon in
            let lab = BoardLab(folder: folder, lab: HostileLab(daemon: daemon))
            do {
                return Result<Value, any Error>.success(try await body(lab))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    /// Writes a file as an editor does.
    static func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    func write(_ text: String, board name: String) throws { try Self.write(text, to: "\(files)/\(name).yaml") }

    func remove(board name: String) throws { try FileManager.default.removeItem(atPath: "\(files)/\(name).yaml") }

    /// A board with the host's shell, so that a job can wait for the test.
    static func board(tags: [String], boots: String = "Linux version 6.1", type: String = "sim") -> String {
        """
        type: \(type)
        driver: sim
        tags: [\(tags.joined(separator: ", "))]
        options: {shell: host, boot: ['\(boots)', up]}
        """
    }

    /// A job that ends at once.
    static func job(tag: String) -> String {
        HostileJob(
            tag: tag, boot: 60, blocks: [HostileJob.dialogue("talk", seconds: 60, [("echo o$((0+1))ne", "o1ne")])]
        ).text
    }

    /// A job that holds its board until its gate is opened.
    func holdingJob(tag: String, gate: String) -> String {
        let wait = "while [ ! -e \(folder)/gates/\(gate) ]; do sleep 0.05; done; echo let-$((1+1))-go"
        return HostileJob(
            tag: tag, boot: 60, blocks: [HostileJob.dialogue("hold", seconds: 100, [(wait, "let-2-go")])]
        ).text
    }

    func open(gate: String) throws { try Self.write("", to: "\(folder)/gates/\(gate)") }

    // MARK: - Looking

    func boards() async throws -> BoardList { try await lab.get("/api/v1/boards") }

    func board(_ name: String) async throws -> BoardInfo? { try await boards().boards.first { $0.name == name } }

    func job(_ id: Int64) async throws -> JobInfo { try await lab.get("/api/v1/jobs/\(id)") }

    /// Whether the board is there and nothing is wrong with it.
    func isWell(_ name: String) async throws -> Bool {
        guard let board = try await board(name) else { return false }
        return board.diagnostics == nil && board.health != "Maintenance" && board.pending == nil
    }

    /// What `lablctl boards` prints.
    func listing() async throws -> String {
        let outcome = try await daemon.ctl(["boards"])
        return outcome.output + outcome.errors
    }

    /// The complaints about a board as lablctl shows them, without the folder's own path.
    func complaints(_ name: String) async throws -> [String] {
        (try await board(name)?.diagnostics ?? []).map { plain($0) }
    }

    func plain(_ fault: DiagnosticInfo) -> String {
        let remedy = fault.suggestion.map { "; \($0)" } ?? ""
        return "\(fault.file ?? ""):\(fault.line):\(fault.column): \(fault.severity): \(fault.message)\(remedy)"
            .replacingOccurrences(of: files + "/", with: "")
    }

    /// Waits until `condition` holds.
    func eventually(
        _ what: String, _ condition: () async throws -> Bool
    ) async throws {
        for _ in 0..<1200 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw DaemonError(text: "never: \(what)\n\(try await listing())")
    }

    func untilRuns(_ id: Int64) async throws {
        try await eventually("job \(id) runs") { try await job(id).state == "Running" }
    }

    /// Every job passed, at its first run.
    func expectUndisturbed(_ jobs: [Int64]) async throws {
        for id in jobs {
            let job = try await lab.ending(of: id, within: 180)
            #expect(job.health == "Complete", "job \(id): \(String(describing: job.failure))")
            #expect(job.attempt == 1, "job \(id)")
            let results: JobResults = try await lab.get("/api/v1/jobs/\(id)/results")
            #expect(results.results.contains { $0.suite != "lava" && $0.result == "pass" }, "job \(id)")
            #expect(!results.results.contains { $0.result == "fail" }, "job \(id)")
        }
    }

    func events() async throws -> [EventInfo] {
        var events: [EventInfo] = []
        while true {
            let page: EventPage = try await lab.get(
                "/api/v1/events?follow=0&limit=1000&after=\(events.last?.seq ?? 0)")
            if page.events.isEmpty { return events }
            events += page.events
        }
    }

    /// The kinds of events of one board's description, in order.
    func history(_ name: String) async throws -> [String] {
        let kinds: Set<String> = ["board.added", "board.changed", "board.removed", "board.broken", "board.repaired"]
        return try await events().filter { $0.board == name && kinds.contains($0.kind) }.map(\.kind)
    }
}

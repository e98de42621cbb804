import Foundation
import LabModel
import LabWire

/// A lab of boards that misbehave, and jobs for them.
struct HostileLab: Sendable {
    let daemon: Daemon

    var socket: String { daemon.socket }

    /// - Parameters:
    ///   - boards: the options of scripted boards by the tag that a job asks for, as YAML in flow style.
    ///   - more: further lines of the configuration: boards first, then other keys.
    static func with<Value: Sendable>(
        _ boards: [(tag: String, options: String)] = [], type: String = "sim", more: String = "",
        _ body: @escaping @Sendable (HostileLab) async throws -> Value
    ) async throws -> Value {
        let state = try temporaryFolder()
        defer { for path in [state, state + ".yaml"] { try? FileManager.default.removeItem(atPath: path) } }
        let lines = boards.map {
            "- {name: \($0.tag), type: \(type), driver: sim, tags: [\($0.tag)], options: \($0.options)}"
        }
        let healthy = "- {name: healthy, type: sim, driver: sim, tags: [healthy]}"
        let text = (["boards:", healthy] + lines + [more]).joined(separator: "\n") + "\n"
        return try await Daemon.with(state: state, configuration: text) { daemon in
            let value = try await body(HostileLab(daemon: daemon))
            // Whatever happened, the rest of the lab works on.
            let lab = HostileLab(daemon: daemon)
            let job = try await lab.ending(of: try await lab.submit(HostileJob(tag: "healthy", blocks: []).text))
            guard job.health == "Complete" else { throw DaemonError(text: "the lab is not well: \(job)") }
            return value
        }
    }

    func submit(_ text: String) async throws -> Int64 {
        let socket = socket
        return try await onThread {
            let answer = try RawHTTP.ask(socket, "POST", "/api/v1/jobs", body: Array(text.utf8))
            guard answer.status == 201 else { throw DaemonError(text: "\(answer.status) \(answer.text)") }
            return try answer.decoded(as: Submitted.self).id
        }
    }

    /// The job once it has ended.
    func ending(of id: Int64, within seconds: Int = 90) async throws -> JobInfo {
        for _ in 0..<(seconds * 20) {
            let job: JobInfo = try await get("/api/v1/jobs/\(id)")
            if job.isFinished { return job }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw DaemonError(text: "job \(id) did not end within \(seconds) s")
    }

    func run(_ job: HostileJob) async throws -> Ending {
        let id = try await submit(job.text)
        return try await ending(id)
    }

    /// How a job ended, and what was kept of it.
    struct Ending: Sendable {
        var job: JobInfo
        var results: [ResultInfo]
        var powerCuts: [PowerCutInfo]
        var log: [LogLine]

        var failure: String { job.failure.map { "\($0.type): \($0.message)" } ?? "none" }

        func says(_ text: String) -> Bool { log.contains { $0.msg.string?.contains(text) == true } }
    }

    func ending(_ id: Int64) async throws -> Ending {
        let job = try await ending(of: id)
        let results: JobResults = try await get("/api/v1/jobs/\(id)/results")
        var entries: [LogLine] = []
        var page = LogPage(entries: [], next: 0, finished: false)
        repeat {
            page = try await get("/api/v1/jobs/\(id)/logs?offset=\(page.next)&limit=4194304")
            entries += page.entries
        } while !page.entries.isEmpty
        return Ending(job: job, results: results.results, powerCuts: results.powerCuts, log: entries)
    }

    func get<Value: Decodable & Sendable>(_ target: String) async throws -> Value {
        let socket = socket
        return try await onThread { try RawHTTP.get(socket, target) }
    }

    /// Memory of labd that is really there, in bytes.
    var memory: Int {
        let text = (try? String(contentsOfFile: "/proc/\(daemon.number)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
    }

    /// What a folder's files take on the disk, in bytes.
    static func size(of folder: String) -> Int {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.reduce(0) { sum, name in
            var status = stat()
            return sum + (lstat(folder + "/" + name, &status) == 0 ? Int(status.st_blocks) * 512 : 0)
        }
    }
}

/// A job for a scripted board: it boots, talks, and does what `blocks` say.
struct HostileJob: Sendable {
    var tag: String
    var type = "sim"
    /// How long the boot may take, in seconds.
    var boot = 20
    var blocks: [String]
    /// Nil boots to a prompt.
    var first: String?

    var text: String {
        let start = first ?? "- boot: {method: minimal, prompts: ['/ # '], timeout: {seconds: \(boot)}}"
        let head = """
            job_name: \(tag)
            device_type: \(type)
            tags: [\(tag)]
            visibility: public
            timeouts: {job: {minutes: 2}, action: {minutes: 1}, connection: {minutes: 1}}
            actions:
            """
        return ([head, start] + blocks).joined(separator: "\n") + "\n"
    }

    /// A dialogue of commands, each with what it should bring.
    static func dialogue(_ name: String, seconds: Int = 20, _ steps: [(command: String, expected: String)]) -> String {
        let script = steps.enumerated().map {
            "      - {name: step-\($0), command: '\($1.command)', successes: [{message: '\($1.expected)'}]}"
        }
        return
            ([
                "- test:", "    timeout: {seconds: \(seconds)}", "    interactive:", "    - name: \(name)",
                "      prompts: ['/ # ']", "      script:",
            ] + script).joined(separator: "\n")
    }
}

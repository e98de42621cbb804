import Foundation

/// The boards of the lab that is killed, and the jobs for them. Every job numbers its results, so that a lost or a
/// doubled one shows.
struct KillLab: Sendable {
    let state: String
    /// Emulated boards.
    let machines: Int

    /// Scripted boards; half of them run the host's shell, which shows from outside whether they have power.
    static let simBoards = 8
    /// How often an infrastructure failure, such as a full disk, puts a job back into the queue.
    private static let retries = 1
    /// How often a job may run: an interruption lets it run once more, and so does an infrastructure failure.
    static let runs = 2 + retries
    private static let cases = 3
    private static let emulatedCases = 2

    init(state: String, machines: Int) throws {
        (self.state, self.machines) = (state, machines)
        try FileManager.default.createDirectory(atPath: types, withIntermediateDirectories: true)
        try "extends: sim\ndescription: Scripted board with the host's shell\n"
            .write(toFile: types + "/sim-host.yaml", atomically: true, encoding: .utf8)
    }

    private var types: String { state + ".types" }

    /// Boards that show in the process table for as long as they have power. A host's shell comes only when its board
    /// has booted: it shows that there is power, and not that there is none.
    var visible: Set<String> { Set((0..<machines).map { "virt-\($0 + 1)" }) }

    var configuration: String {
        var lines = ["state: \(state)", "device_types: ['\(types)']", "queue: {retries: \(Self.retries)}", "boards:"]
        for number in 1...Self.simBoards / 2 {
            lines.append(
                "- {name: host-\(number), type: sim-host, driver: sim, tags: [any], options: {shell: host, boot: [Linux version 6.1.0-sim]}}"
            )
            lines.append(
                "- {name: sim-\(number), type: sim, driver: sim, tags: [any], options: {boot: [Linux version 6.1.0-sim]}}"
            )
        }
        for number in 0..<machines { lines.append("- {name: virt-\(number + 1), type: virt-arm64-ab, driver: qemu}") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Kinds of jobs, by their board.
    enum Kind: String, Sendable { case sim, host, virt }

    static func cases(of name: String) -> Int { name.hasPrefix(Kind.virt.rawValue) ? emulatedCases : cases }

    func job(_ kind: Kind, name: String) -> [UInt8] {
        let type = [Kind.sim: "sim", .host: "sim-host", .virt: "virt-arm64-ab"][kind] ?? "sim"
        let commands = (1...Self.cases(of: name)).map { ("\(name)-\($0)", "sleep 0.\($0); echo hello") }
        return Array(
            """
            job_name: \(name)
            device_type: \(type)
            visibility: public
            timeouts: {job: {minutes: 4}, action: {minutes: 3}, connection: {minutes: 2}}
            actions:
            - boot: {method: minimal, prompts: ['/ # ']}
            \(JobText.dialogue(commands))
            """.utf8)
    }
}

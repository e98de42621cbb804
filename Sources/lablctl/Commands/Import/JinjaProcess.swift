import Foundation
import LabImport
import LabModel
import Subprocess
import SystemPackage

/// Asks the system's Jinja, in a process that is bounded in time, memory and what it prints.
struct JinjaProcess {
    /// The program that the person names; nil looks for one.
    var python: String?

    /// Seconds of the clock for one process.
    private static let patience = 120
    private static let largestAnswer = 64 << 20
    /// A file that ends the process is passed over, and the rest asked again; this often.
    private static let mostStarts = 20

    func ask(_ questions: [RenderQuestion], about lab: LavaLab) async -> RenderAnswers {
        let candidates = python.map { [$0] } ?? ["/usr/bin/python3", "python3"]
        var reason = "python3 with jinja2 was not found (Debian: python3-jinja2)"
        for candidate in candidates {
            switch await answers(of: candidate, questions, lab) {
            case .answered(let answers): return .answered(answers)
            case .missing: continue
            case .failed(let words): reason = words
            }
        }
        return .unavailable(reason)
    }

    private enum Outcome {
        case answered([Int: RenderAnswer])
        /// There is no such program, or it has no Jinja.
        case missing
        case failed(String)
    }

    private func answers(of program: String, _ questions: [RenderQuestion], _ lab: LavaLab) async -> Outcome {
        var answers: [Int: RenderAnswer] = [:]
        var rest = questions
        for _ in 0..<Self.mostStarts where !rest.isEmpty {
            let run: (lines: String, isMissing: Bool, complaint: String)
            do {
                run = try await start(program, RenderRequest(lab, questions: rest))
            } catch {
                return .failed("\(program) cannot be run: \(error)")
            }
            if run.isMissing, answers.isEmpty { return .missing }
            for line in run.lines.split(separator: "\n") {
                guard let answer = try? JSONDecoder().decode(RenderAnswer.self, from: Data(line.utf8)) else { continue }
                answers[answer.id] = answer
            }
            rest = rest.filter { answers[$0.id] == nil }
            guard let culprit = rest.first else { break }
            // It died over the first that it did not answer.
            answers[culprit.id] = RenderAnswer(
                id: culprit.id,
                error: "it needs too much time or memory\(run.complaint.isEmpty ? "" : ": " + run.complaint)")
            rest.removeFirst()
        }
        return .answered(answers)
    }

    private func start(
        _ program: String, _ request: RenderRequest
    ) async throws -> (lines: String, isMissing: Bool, complaint: String) {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(100))
        ]
        let limits = ["--as=1073741824", "--cpu=60", "--core=0", "--fsize=67108864", "--nofile=64"]
        let arguments =
            ["--pdeathsig", "KILL", "--", "timeout", "--kill-after=1", "\(Self.patience)", "prlimit"] + limits
            + ["--", program, "-I", "-B", "-c", RenderScript.text]
        let inherited = HostEnvironment.variables
        var variables: [Environment.Key: String] = ["LC_ALL": "C.UTF-8"]
        variables["PATH"] = inherited["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        // Some Pythons are found by way of their owner's home.
        variables["HOME"] = inherited["HOME"]
        // A file without a name, not a pipe: a program that ends before it has read all must not end us.
        let input = try Self.unnamedFile(try JSONEncoder().encode(request))
        let result = try await Subprocess.run(
            .name("setpriv"), arguments: Arguments(arguments), environment: .custom(variables),
            platformOptions: options, input: .fileDescriptor(input, closeAfterSpawningProcess: true),
            output: .string(limit: Self.largestAnswer),
            error: .string(limit: 1 << 20))
        var isMissing = false
        // 3: no Jinja, 127 and 126: no such program.
        if case .exited(let code) = result.terminationStatus { isMissing = [3, 126, 127].contains(code) }
        let last = result.standardError.split(whereSeparator: \.isNewline).last.map { SafeText.line(String($0)) } ?? ""
        return (result.standardOutput, isMissing, String(last.prefix(200)))
    }

    private static func unnamedFile(_ content: Data) throws -> FileDescriptor {
        let folder = try TemporaryFolder(environment: HostEnvironment.variables)
        defer { folder.remove() }
        let file = try FileDescriptor.open(
            folder.path + "/request", .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: [.ownerReadWrite])
        do {
            try file.writeAll(content)
            try file.seek(offset: 0, from: .start)
        } catch {
            try? file.close()
            throw error
        }
        return file
    }
}

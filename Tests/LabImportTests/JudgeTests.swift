import Foundation
import Glibc
import LabModel
import Testing

@testable import LabImport

/// Jinja itself, where `LABD_DEVICE_TOOLS` names a Python that has it (`scripts/judges`).
struct JinjaJudge {
    let python: String

    init?() {
        guard let path = getenv("LABD_DEVICE_TOOLS") else { return nil }
        python = String(cString: path)
    }

    /// Runs `script` with `input` to its end.
    func run(_ script: String, input: Data) throws -> Data {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "labimport-\(getpid())-\(UInt64.random(in: 0...(.max)))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try input.write(to: folder.appending(path: "input"))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/prlimit")
        process.arguments = ["--as=1073741824", "--cpu=60", "--", python, "-I", "-B", "-c", script]
        process.standardInput = try FileHandle(forReadingFrom: folder.appending(path: "input"))
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.standardError
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(.infrastructure, "the judge ended with \(process.terminationStatus)")
        }
        return data
    }
}

@Suite(.enabled(if: JinjaJudge() != nil, "LABD_DEVICE_TOOLS names no interpreter"), .timeLimit(.minutes(5)))
struct JudgeTests {
    private let judge: JinjaJudge

    init() throws {
        judge = try #require(JinjaJudge())
    }

    /// What a template that extends nothing sees of a dictionary, by Jinja's plainest way: each parent that is not the
    /// lab's own is a template that prints the names it is asked for.
    private static let seen = #"""
        import json, sys
        import jinja2
        lab = json.load(sys.stdin)
        class Names(dict):
            def __contains__(self, key):
                return True
        def load(name):
            key = name[:-7]
            if key in lab["types"]:
                return lab["types"][key]
            rows = ["{{ [%s, %s is defined, %s]|pack }}" % (json.dumps(n), n, n) for n in lab["names"]]
            return "\n".join(rows)
        def pack(row):
            name, is_defined, value = row
            return json.dumps([name, value]) if is_defined else ""
        result = {}
        for name, text in lab["devices"].items():
            env = jinja2.Environment(trim_blocks=True, loader=jinja2.FunctionLoader(load))
            env.filters["pack"] = pack
            printed = env.from_string(text).render()
            result[name] = dict(json.loads(line) for line in printed.splitlines() if line.startswith("["))
        json.dump(result, sys.stdout)
        """#

    private struct Question: Encodable {
        var devices: [String: String]
        var types: [String: String]
        var names: [String]
    }

    @Test func whatLAVAsTemplatesSeeOfEachBoardIsWhatIsImported() throws {
        let lab = try Labs.lava()
        let importer = LavaImport(lab, types: Labs.types)
        guard case .answered(let answers) = try Labs.recordedAnswers() else { return }
        let reader = LavaReader(lab)
        var ours: [String: [String: DataValue]] = [:]
        for source in lab.devices {
            if case .exact(let values) = reader.read(source) { ours[source.name] = values.all }
        }
        for question in importer.questions where question.kind == .values {
            ours[question.name] = answers[question.id]?.all
        }
        #expect(ours.count == lab.devices.count)
        let names = Set(ours.values.flatMap(\.keys)).filter { !$0.hasPrefix("_") }
        let request = RenderRequest(lab, questions: [])
        let question = Question(devices: request.devices, types: request.types, names: names.sorted())
        let answer = try judge.run(Self.seen, input: try JSONEncoder().encode(question))
        let theirs = try JSONDecoder().decode([String: [String: DataValue]].self, from: answer)
        for source in lab.devices {
            let own = ours[source.name]?.filter { !$0.key.hasPrefix("_") } ?? [:]
            #expect(theirs[source.name] == own, "\(source.name)")
        }
    }

    @Test func jinjaStillAnswersAsRecorded() throws {
        let lab = try Labs.lava()
        let importer = LavaImport(lab, types: Labs.types)
        let live = try answers(lab, importer.questions)
        if getenv("LABD_UPDATE_GOLDEN") != nil {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            try encoder.encode(live).write(to: URL(filePath: Labs.folder + "/lava-answers.json"))
        }
        guard case .answered(let recorded) = try Labs.recordedAnswers() else { return }
        for answer in live { #expect(recorded[answer.id] == answer) }
        #expect(live.count == importer.questions.count)
    }

    private func answers(_ lab: LavaLab, _ questions: [RenderQuestion]) throws -> [RenderAnswer] {
        let data = try judge.run(
            RenderScript.text, input: try JSONEncoder().encode(RenderRequest(lab, questions: questions)))
        return try data.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(RenderAnswer.self, from: Data($0))
        }
    }

    @Test(arguments: [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% set c = a * b %}{% endfor %}{% endfor %}",
        "{% set a = 'x' * 10 ** 12 %}", "{% set a = 9 ** 9 ** 9 %}", "{% set a = ''.__class__.__mro__ %}",
        "{% include '/etc/passwd' %}", "{% import '../../etc/passwd' as p %}",
        "{% set a = cycler.__init__.__globals__ %}",
        "{% set a = '%1000000000d' % 1 %}",
        "{% set a = 'x'|center(500000000) %}", "{% set a = '{:500000000d}'.format(1) %}",
        "{% set a = 'x'|center(5000000000) %}",
        "{{ [1].__class__.__base__.__subclasses__() }}{% set a = [1].__class__.__base__.__subclasses__() %}",
        "{% set a = {} %}{% set _ = a.update({'a': a}) %}",
    ])
    func templatesThatWantTooMuchGetNothing(text: String) throws {
        let source = SourceText(path: "d.jinja2", name: "d", text: "{% extends 'panda.jinja2' %}\n" + text)
        let lab = LavaLab(devices: [source])
        let importer = LavaImport(lab, types: Labs.types)
        let answers = try answers(lab, importer.questions)
        let answer = try #require(answers.first)
        let result = importer.result(.answered([answer.id: answer]))
        #expect(result.report.items.contains { $0.quality == .left }, "\(answer)")
        #expect(result.files.allSatisfy { !$0.text.contains("root:") })
    }
}

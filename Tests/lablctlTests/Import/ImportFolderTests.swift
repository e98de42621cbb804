import Foundation
import LabImport
import Testing

@testable import lablctl

@Suite struct ImportFolderTests {
    /// Calls `body` with a folder that is gone afterwards.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = try TemporaryFolder(environment: [:])
        defer { folder.remove() }
        try body(folder.path + "/out")
    }

    private func states(_ states: [ImportFolder.FileState]) -> [String] { states.map { "\($0.path) \($0.state)" } }

    private let files = [
        ImportedFile(path: "boards/a.yaml", text: "type: x\n"),
        ImportedFile(path: "devices.yaml", text: "devices: []\n", isPrivate: true),
    ]

    @Test func writingTwiceChangesNothing() throws {
        try withFolder { path in
            let folder = ImportFolder(path: path)
            #expect(try states(folder.write(files, force: false)) == ["boards/a.yaml new", "devices.yaml new"])
            let before = try times(path)
            #expect(
                try states(folder.write(files, force: false)) == ["boards/a.yaml unchanged", "devices.yaml unchanged"])
            #expect(try times(path) == before)
            let mode = try FileManager.default.attributesOfItem(atPath: path + "/devices.yaml")[.posixPermissions]
            #expect((mode as? Int).map { $0 & 0o077 } == 0)
        }
    }

    /// Inode and time of each file: a file that was written again has others.
    private func times(_ path: String) throws -> [String: String] {
        var times: [String: String] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            let facts = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
            times[name] = "\(facts[.systemFileNumber] ?? "") \(facts[.modificationDate] ?? "")"
        }
        return times
    }

    @Test func whatWasEditedStaysUntilForced() throws {
        try withFolder { path in
            let folder = ImportFolder(path: path)
            _ = try folder.write(files, force: false)
            try "type: mine\n".write(toFile: path + "/boards/a.yaml", atomically: true, encoding: .utf8)
            let newer = [ImportedFile(path: "boards/a.yaml", text: "type: y\n"), files[1]]
            #expect(
                try states(folder.write(newer, force: false)) == ["boards/a.yaml kept", "devices.yaml unchanged"])
            #expect(try String(contentsOfFile: path + "/boards/a.yaml", encoding: .utf8) == "type: mine\n")
            #expect(try states(folder.plan(newer, force: true)).first == "boards/a.yaml changed")
            #expect(try String(contentsOfFile: path + "/boards/a.yaml", encoding: .utf8) == "type: mine\n")
            _ = try folder.write(newer, force: true)
            #expect(try String(contentsOfFile: path + "/boards/a.yaml", encoding: .utf8) == "type: y\n")
        }
    }

    @Test func whatNobodyEditedFollowsTheSource() throws {
        try withFolder { path in
            let folder = ImportFolder(path: path)
            _ = try folder.write(files, force: false)
            let newer = [ImportedFile(path: "boards/a.yaml", text: "type: y\n")]
            #expect(try states(folder.write(newer, force: false)) == ["boards/a.yaml changed"])
            #expect(FileManager.default.fileExists(atPath: path + "/devices.yaml"))
        }
    }

    @Test func aFileThatWasThereBeforeIsSomebodysOwn() throws {
        try withFolder { path in
            try FileManager.default.createDirectory(atPath: path + "/boards", withIntermediateDirectories: true)
            try "mine\n".write(toFile: path + "/boards/a.yaml", atomically: true, encoding: .utf8)
            let folder = ImportFolder(path: path)
            #expect(try states(folder.write(files, force: false)) == ["boards/a.yaml kept", "devices.yaml new"])
            try FileManager.default.removeItem(atPath: path + "/devices.yaml")
            try FileManager.default.createDirectory(atPath: path + "/devices.yaml", withIntermediateDirectories: true)
            #expect(throws: CommandError.self) { try folder.write(files, force: true) }
        }
    }
}

@Suite struct LavaFolderTests {
    @Test func aServersFolderIsReadWithItsParts() throws {
        let folder = try TemporaryFolder(environment: [:])
        defer { folder.remove() }
        func put(_ path: String, _ data: Data) throws {
            let file = URL(filePath: folder.path + "/" + path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try data.write(to: file)
        }
        try put("devices/b.jinja2", Data("{% extends 'x.jinja2' %}".utf8))
        try put("devices/large.jinja2", Data(repeating: 0x20, count: 10 << 20))
        try put("devices/latin.jinja2", Data([0xe4, 0x0a]))
        try put("devices/.hidden.jinja2", Data("x".utf8))
        try put("devices/notes.txt", Data("x".utf8))
        try put("device-types/x.jinja2", Data("{% extends 'y.jinja2' %}".utf8))
        try put("health-checks/x.yaml", Data("job_name: x".utf8))
        let lab = try LavaFolder(path: folder.path, templates: folder.path + "/device-types").read()
        #expect(lab.devices.map(\.path) == ["devices/b.jinja2"])
        #expect(lab.deviceTypes.map(\.name) == ["x"])
        #expect(lab.templates.map(\.name) == ["x"])
        #expect(
            lab.others.map { "\($0.path): \($0.reason.prefix(20))" } == [
                "devices/large.jinja2: it is larger than 1 ", "devices/latin.jinja2: it is not UTF-8 text",
                "health-checks/x.yaml: labd has no health c",
            ])
        #expect(throws: CommandError.self) { try LavaFolder(path: folder.path + "/none", templates: nil).read() }
        #expect(throws: CommandError.self) {
            try LavaFolder(path: folder.path + "/health-checks", templates: nil).read()
        }
    }
}

@Suite struct JinjaProcessTests {
    @Test func aPythonThatIsNotThereIsNoAnswer() async {
        let lab = LavaLab(devices: [SourceText(path: "d", name: "d", text: "{% extends 'x' %}")])
        let questions = [RenderQuestion(id: 0, kind: .values, name: "d")]
        for program in ["/nonexistent/python3", "/bin/false", "/bin/true"] {
            switch await JinjaProcess(python: program).ask(questions, about: lab) {
            case .answered(let answers): #expect(answers[0]?.error != nil)
            case .unavailable(let reason): #expect(!reason.isEmpty)
            }
        }
    }
}

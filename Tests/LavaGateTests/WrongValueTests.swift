import Foundation
import JobDSL
import LabModel
import Testing

/// Every value of every example, replaced by what it should not be.
@Suite struct WrongValueTests {
    private static let wrong = ["~", "''", "text", "-1", "1.5", "true", "[[x]]", "{x: {y: z}}"]

    @Test(arguments: try ExampleJobs.all())
    func everyWrongValueIsToldWithItsPlace(_ example: String) throws {
        let tree = try YAMLText.read(try ExampleJobs.text(example))
        let values = try Self.wrong.map { try YAMLNode(value: $0) }
        // A quarter of them in the short run, all in the long one.
        let step = ProcessInfo.processInfo.environment["LABD_TEST_ALL"] == nil ? 4 : 1
        for (index, path) in tree.paths.enumerated() {
            for (offset, value) in values.enumerated() where (index + offset) % step == 0 {
                var job = tree
                job[path: path] = value
                let text = YAMLEmitter.text(of: job)
                let lines = text.count { $0 == "\n" }
                let compiled = JobCompiler().compile(text)
                let found = compiled.diagnostics
                #expect((compiled.plan == nil) == found.contains { $0.severity == .error }, "\(text)")
                #expect(found.count <= 201)
                #expect(
                    found.allSatisfy { (1...max(1, lines)).contains($0.position.line) && $0.position.column >= 1 },
                    "\(found)\n\(text)")
                #expect(found.allSatisfy { !$0.message.isEmpty && $0.description.utf8.count < 2000 }, "\(found)")
                #expect(found == found.sorted { $0.position < $1.position })
            }
        }
    }

    /// A wrong value is told of where it stands: the first error is in its line, or in the line of what holds it.
    @Test func theFirstErrorIsWhereTheWrongValueIs() throws {
        let tree = try YAMLText.read(try ExampleJobs.text("hello.yaml"))
        let text = YAMLEmitter.text(of: tree)
        let clean = try YAMLText.read(text)
        for path in clean.paths.filter({ !$0.isEmpty }) {
            var job = clean
            job[path: path] = try YAMLNode(value: "{x: {y: z}}")
            let changed = YAMLEmitter.text(of: job)
            guard let error = JobCompiler().compile(changed).diagnostics.first(where: { $0.severity == .error }) else {
                continue
            }
            // The value may have been a mapping whose key was needed by what holds it.
            let line = try YAMLText.read(changed)[path: path].position.line
            let holder = try YAMLText.read(changed)[path: path.dropLast()].position.line
            #expect((min(line, holder)...(line + 1)).contains(error.position.line), "\(path): \(error)")
        }
    }
}

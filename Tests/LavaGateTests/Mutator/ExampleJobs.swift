import Foundation
import JobDSL

/// The project's own example jobs.
enum ExampleJobs {
    static let checkout = #filePath.components(separatedBy: "/Tests/LavaGateTests/")[0]

    /// Names below `examples`, sorted.
    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(checkout)/examples/\(folder)")
            .filter { $0.hasSuffix(".yaml") }.sorted().map { folder.isEmpty ? $0 : "\(folder)/\($0)" }
    }

    static func all() throws -> [String] { try ["", "demo", "lava"].flatMap { try names(in: $0) } }

    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(checkout)/examples/\(name)", encoding: .utf8)
    }

    /// `count` jobs mutated from all examples in turn.
    static func mutants(_ count: Int, seed: UInt64) throws -> [Mutant] {
        let trees = try all().map { (name: $0, tree: try YAMLText.read(try text($0))) }
        return try (0..<count).map { index in
            let base = trees[index % trees.count]
            var mutator = JobMutator(seed: seed &+ UInt64(index))
            let (job, steps) = try mutator.mutated(base.tree)
            return Mutant(name: "\(base.name) #\(index)", steps: steps, text: YAMLEmitter.text(of: job))
        }
    }
}

/// A job that came of an example.
struct Mutant: Sendable, Equatable {
    var name: String
    var steps: [String]
    var text: String
}

import Foundation

/// The habits of every bench program: turns interleaved, rows written as they are known.
public enum Bench {
    /// Takes turns, floor first, so that both meet the same machine; one turn of each runs unmeasured beforehand.
    public static func interleaved<A, B>(
        turns: Int, floor: () async throws -> A, ours: () async throws -> B
    ) async rethrows -> (floor: [A], ours: [B]) {
        _ = try await floor()
        _ = try await ours()
        var (floors, all): ([A], [B]) = ([], [])
        for _ in 0..<turns {
            floors.append(try await floor())
            all.append(try await ours())
        }
        return (floors, all)
    }

    /// Writes a row as one line of JSON on standard output.
    public static func report(_ row: BenchRow) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        FileHandle.standardOutput.write(try encoder.encode(row) + Data("\n".utf8))
    }

    /// Says on standard error what is being measured, for the person who waits.
    public static func progress(_ text: String) {
        FileHandle.standardError.write(Data("bench: \(text)\n".utf8))
    }

    /// The number of turns: the first argument, or `standard`.
    public static func turns(standard: Int) -> Int {
        CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? standard
    }
}

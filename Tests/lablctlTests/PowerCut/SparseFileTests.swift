import Foundation
import Testing

@testable import lablctl

@Suite struct SparseFileTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/sparse-\(UUID().uuidString)"

    private func within(_ body: (String) throws -> Void) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder + "/image")
    }

    @Test func whatIsWrittenInAnyPiecesIsThereWithHoles() throws {
        try within { path in
            var content = [UInt8](repeating: 0, count: 3 << 20)
            for place in [0, 4095, 1 << 20, (2 << 20) + 17, content.count - 1] { content[place] = 9 }
            let file = try SparseFile(path: path)
            var rest = content[...]
            var size = 1
            while !rest.isEmpty {
                let piece = Array(rest.prefix(size))
                try piece.withUnsafeBytes { try file.append($0) }
                rest = rest.dropFirst(piece.count)
                size = size * 3 % 100_003 + 1
            }
            #expect(!FileManager.default.fileExists(atPath: path))
            let onDisk = try file.keep()
            #expect(FileManager.default.contents(atPath: path).map { Array($0) } == content)
            #expect(onDisk < Int64(content.count))
        }
    }

    @Test func zerosAtTheEndCount() throws {
        try within { path in
            let file = try SparseFile(path: path)
            try [UInt8](repeating: 0, count: 10_000).withUnsafeBytes { try file.append($0) }
            _ = try file.keep()
            #expect(FileManager.default.contents(atPath: path)?.count == 10_000)
        }
    }

    @Test func whatIsNotKeptIsGone() throws {
        try within { path in
            do {
                let file = try SparseFile(path: path)
                try [UInt8](repeating: 1, count: 10).withUnsafeBytes { try file.append($0) }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    @Test func onlyFilesAreReplaced() throws {
        try within { path in
            #expect(throws: CommandError.self) { try SparseFile(path: folder) }
            #expect(throws: CommandError.self) { try SparseFile(path: folder + "/none/image") }
            #expect(throws: CommandError.self) { try SparseFile(path: "/dev/null") }
        }
    }
}

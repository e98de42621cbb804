import Foundation
import Glibc
import LabModel
import Testing

@testable import LabAPI

@Suite struct TokenFileTests {
    @Test func tokenIsMadeOnceAndKept() async throws {
        try await withFolder { folder in
            let file = TokenFile(path: folder + "/token")
            var generator = SystemRandomNumberGenerator()
            let token = try file.loadOrCreate(using: &generator)
            #expect(token.count == 64 && token.allSatisfy(\.isHexDigit))
            #expect(try file.loadOrCreate(using: &generator) == token)
            #expect(mode(of: file.path) == 0o600)
        }
    }

    @Test func fileForOthersOrWithoutATokenIsRefused() async throws {
        try await withFolder { folder in
            let file = TokenFile(path: folder + "/token")
            var generator = SystemRandomNumberGenerator()
            #expect(FileManager.default.createFile(atPath: file.path, contents: Data("short\n".utf8)))
            chmod(file.path, 0o600)
            let empty = #expect(throws: Failure.self) { try file.loadOrCreate(using: &generator) }
            #expect(empty?.message.contains("no token") == true)
            chmod(file.path, 0o644)
            let open = #expect(throws: Failure.self) { try file.loadOrCreate(using: &generator) }
            #expect(open?.advice?.hasPrefix("run: chmod 600") == true)
        }
    }
}

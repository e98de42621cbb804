import Foundation
import Testing

@testable import labd

/// A folder that is gone when the test is.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/labd-boards-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: path + "/" + name, atomically: false, encoding: .utf8)
    }
}

/// The kernel's own events. A test that hears nothing ends by its time limit.
@Suite(.timeLimit(.minutes(2))) struct FolderWatchTests {
    /// Acts in front of a watch. One change may be told in several pieces: a busy host stops us between any two steps.
    private struct Listener {
        let watch: FolderWatch
        var changes: AsyncStream<Set<String>>.Iterator

        init(_ path: String) throws {
            watch = try FolderWatch(path)
            changes = watch.changes.makeAsyncIterator()
        }

        /// Returns when a change of `name` was told.
        mutating func hear(_ name: String) async {
            while let names = await changes.next() { if names.contains(name) { return } }
        }

        /// Writes until it was told: what is written before the folder is watched is told as the folder's own change.
        mutating func hearWriting(_ name: String, in folder: TemporaryFolder, at path: String) async throws {
            while true {
                try folder.write("type: sim\n", to: path)
                guard let names = await changes.next(), !names.contains(name) else { return }
            }
        }

        /// Everything until the watch has ended.
        mutating func end() async -> [Set<String>] {
            watch.stop()
            var rest: [Set<String>] = []
            while let names = await changes.next() { rest.append(names) }
            return rest
        }
    }

    @Test func filesThatComeChangeAndGoAreTold() async throws {
        let folder = try TemporaryFolder()
        try folder.write("type: sim\n", to: "old.yaml")
        try folder.write("type: sim\n", to: "gone.yaml")
        var listener = try Listener(folder.path)
        try await listener.hearWriting("a.yaml", in: folder, at: "a.yaml")
        try folder.write("type: qemu\n", to: "old.yaml")
        await listener.hear("old.yaml")
        // As editors and careful programs write.
        try folder.write("type: sim\n", to: ".b.yaml.new")
        #expect(rename(folder.path + "/.b.yaml.new", folder.path + "/b.yaml") == 0)
        await listener.hear("b.yaml")
        #expect(link(folder.path + "/a.yaml", folder.path + "/c.yaml") == 0)
        await listener.hear("c.yaml")
        #expect(unlink(folder.path + "/gone.yaml") == 0)
        await listener.hear("gone.yaml")
        _ = await listener.end()
    }

    @Test func whatEditorsLeaveIsNotTold() async throws {
        let folder = try TemporaryFolder()
        var listener = try Listener(folder.path)
        // From here on the folder is watched.
        try await listener.hearWriting("first.yaml", in: folder, at: "first.yaml")
        let others = [".a.yaml.swp", "a.yaml~", "#a.yaml#", ".#a.yaml", "4913", "notes.txt", ".yaml"]
        for name in others {
            #expect(!BoardFolder.isBoardFile(name))
            try folder.write("x", to: name)
        }
        // Events keep their order.
        try folder.write("type: sim\n", to: "last.yaml")
        var told: Set<String> = []
        while !told.contains("last.yaml"), let names = await listener.changes.next() { told.formUnion(names) }
        #expect(told.isDisjoint(with: others))
        guard case .listed(let listing) = BoardFolder(path: folder.path, isOptional: true).contents() else {
            Issue.record("the folder is there")
            return
        }
        #expect(listing.files.map(\.name) == ["first", "last"])
        #expect(await listener.end().allSatisfy { $0.isDisjoint(with: others) })
    }

    @Test func aFolderThatComesLaterIsSeen() async throws {
        let folder = try TemporaryFolder()
        let place = folder.path + "/boards"
        var listener = try Listener(place)
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        try await listener.hearWriting("a.yaml", in: folder, at: "boards/a.yaml")
        _ = await listener.end()
    }

    @Test func anExchangedFolderIsFollowed() async throws {
        let folder = try TemporaryFolder()
        let (place, other) = (folder.path + "/boards", folder.path + "/next")
        for path in [place, other] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        }
        var listener = try Listener(place)
        try await listener.hearWriting("one.yaml", in: folder, at: "boards/one.yaml")
        #expect(rename(place, folder.path + "/old") == 0)
        #expect(rename(other, place) == 0)
        try await listener.hearWriting("two.yaml", in: folder, at: "boards/two.yaml")
        try FileManager.default.removeItem(atPath: place)
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        try await listener.hearWriting("three.yaml", in: folder, at: "boards/three.yaml")
        // The one that was moved away is nobody's business any more.
        try folder.write("type: sim\n", to: "old/away.yaml")
        try await listener.hearWriting("four.yaml", in: folder, at: "boards/four.yaml")
        #expect(await listener.end().allSatisfy { !$0.contains("away.yaml") })
    }

    @Test func aStormIsAFewChanges() async throws {
        let folder = try TemporaryFolder()
        var listener = try Listener(folder.path)
        try await listener.hearWriting("first.yaml", in: folder, at: "first.yaml")
        for number in 0..<500 { try folder.write("type: sim\n", to: "board-\(number).yaml") }
        let rest = await listener.end()
        #expect(rest.count < 100)
        #expect(rest.allSatisfy { $0.count <= 65 })
    }
}

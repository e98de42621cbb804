import BenchKit
import Foundation
import LabModel
import NIOPosix
import SerialConsole

/// A folder with consoles in it, as `labd` opens them for a job that boots: every kernel finding is watched for, two
/// prompts and two refusals of a login are waited for, and a follower takes the lines. Or with fifteen patterns in all
/// and nobody who follows.
struct ConsoleBed {
    static let prompts = [#"^/ # $"#, "root@lab:~# "]
    static let refusals = ["Login incorrect", "Login timed out"]
    /// How many patterns are searched at once.
    static let patternCount = KernelFindings.all.count + prompts.count + refusals.count

    /// Of a console that nobody follows.
    static let fewPatterns = 15

    let folder: String
    let hub: ConsoleHub
    let clock = SystemLabClock()

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("labd-console-bench-\(getpid())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        hub = ConsoleHub(
            group: MultiThreadedEventLoopGroup.singleton, clock: SystemLabClock(), transcripts: folder)
    }

    /// Opens a console and searches it as a boot does.
    ///
    /// - Parameter isFollowed: whether the text of each line is made for somebody, and all findings are watched for.
    func open(_ name: String, isFollowed: Bool = true) async throws -> WatchedConsole {
        let console = try await hub.open(name: name)
        // The same expressions as the job's watch: the rest of the line says why.
        let count = isFollowed ? KernelFindings.all.count : Self.fewPatterns - Self.prompts.count - Self.refusals.count
        let findings = KernelFindings.all.prefix(count).map { ConsolePattern("(?:\($0.expression))([^\r\n]*)") }
        let watch = try await console.watch(findings) { _ in }
        let lines = LineCount()
        var watches: [any ConsoleArmament] = [watch]
        if isFollowed { watches.append(await console.follow { lines.add($0.count) }) }
        let soon = clock.monotonic().advanced(by: .seconds(300))
        let wanted = (Self.prompts + Self.refusals).map { ConsolePattern($0) }
        let prompt = Task { try? await console.expect(wanted, from: .start, until: soon) }
        return WatchedConsole(
            console: console, lines: lines, watches: watches, prompt: prompt)
    }

    /// Removes everything.
    func remove() {
        try? FileManager.default.removeItem(atPath: folder)
    }
}

/// A console with those who listen to it.
struct WatchedConsole: Sendable {
    let console: SerialConsole
    let lines: LineCount
    let watches: [any ConsoleArmament]
    /// The wait for a prompt.
    let prompt: Task<ConsoleMatch?, Never>

    /// Ends the console and removes its transcript, after a look at whether it holds `size` bytes without a gap.
    func close(expecting size: Int) async throws {
        prompt.cancel()
        for watch in watches { await watch.disarm() }
        let missing = await console.bytesMissing()
        await console.close()
        for path in [console.transcriptPath, console.indexPath].compactMap({ $0 }) {
            let length = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
            if path == console.transcriptPath, length != size || missing > 0 {
                throw BenchFailure("the transcript holds \(length ?? 0) of \(size) bytes, \(missing) are missing")
            }
            try FileManager.default.removeItem(atPath: path)
        }
    }
}

/// A measurement that is not worth its figure.
struct BenchFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

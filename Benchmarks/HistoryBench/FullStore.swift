import BenchKit
import BenchSQLite
import Foundation

/// A state folder with very many results, that is gone with this object.
final class FullStore {
    static let programs = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
    private let folder: TemporaryFolder
    let count: Int
    var state: String { folder.path }
    var database: String { folder.path + "/labd.sqlite" }

    /// `10 million` and the like.
    var words: String { count >= 1_000_000 ? "\(count / 1_000_000) million" : "\(count)" }

    init() throws {
        folder = try TemporaryFolder()
        count = ProcessInfo.processInfo.environment["LABD_BENCH_RESULTS"].flatMap { Int($0) } ?? 10_000_000
        Bench.progress("filling a state folder with \(count) results")
        let began = Cost.now
        let fill = try Self.start("StoreBench", ["fill", folder.path, "\(count)"])
        fill.waitUntilExit()
        guard fill.terminationStatus == 0 else {
            throw BareDatabase.Trouble(description: "StoreBench fill failed")
        }
        let size = try FileManager.default.attributesOfItem(atPath: database)[.size] as? Int ?? 0
        Bench.progress("filled in \(rounded(Cost.now - began)) s, \(size >> 20) MiB")
    }

    /// Starts a program of this build that ends with this one at the latest.
    static func start(_ program: String, _ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["setpriv", "--pdeathsig", "KILL", "--", programs + "/" + program] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        return process
    }
}

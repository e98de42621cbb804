import Foundation
import LabModel
import Subprocess

@testable import PowerCut

/// A folder in which a test makes file systems with the programs that others make them with.
struct DiskWorkshop {
    let folder: String

    static func with(_ body: (DiskWorkshop) async throws -> Void) async throws {
        var template = Array("/tmp/powercut-test-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap(mkdtemp) != nil }
        guard made else { throw Failure(.bug, "no folder: \(errno)") }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(DiskWorkshop(folder: folder))
    }

    func path(_ name: String) -> String { folder + "/" + name }

    /// Runs a program of the host to its end; its standard output.
    @discardableResult
    func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) async throws -> String {
        let variables = environment.merging(
            ["PATH": "/usr/sbin:/sbin:/usr/bin:/bin", "LC_ALL": "C", "MTOOLS_SKIP_CHECK": "1", "TZ": "UTC"]
        ) { own, _ in own }
        let result = try await Subprocess.run(
            .name(program), arguments: Arguments(arguments),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) })),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            throw Failure(.bug, "\(program) \(arguments): \(result.standardError)")
        }
        return result.standardOutput
    }

    /// A file of `size` bytes, zeros behind `bytes`.
    @discardableResult
    func file(_ name: String, _ bytes: [UInt8] = [], size: Int? = nil) throws -> String {
        let file = path(name)
        try FileManager.default.createDirectory(
            at: URL(filePath: file).deletingLastPathComponent(), withIntermediateDirectories: true)
        var bytes = bytes
        if let size { bytes += [UInt8](repeating: 0, count: max(0, size - bytes.count)) }
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }

    func bytes(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: path(name)))) }

    /// The recording of an update that turns one image into another: one write for each run of blocks that differ, in
    /// the order of `order`, which is given the first byte of each.
    func space(
        from before: [UInt8], to after: [UInt8], block: Int = 1024, order: (Int) -> Int = { $0 }
    ) throws -> CrashSpace {
        var places: [Int] = []
        before.withUnsafeBytes { old in
            after.withUnsafeBytes { new in
                guard let old = old.baseAddress, let new = new.baseAddress else { return }
                for place in stride(from: 0, to: before.count, by: block)
                where memcmp(old + place, new + place, block) != 0 { places.append(place) }
            }
        }
        var recording = BootRecording()
        for place in places.sorted(by: { (order($0), $0) < (order($1), $1) }) {
            recording.write(
                offset: place, Array(after[place..<place + block]), at: MonotonicTime(nanoseconds: Int64(place)))
        }
        let image = try BaseImage(contents: before)
        let header = TraceHeader(
            baseDigest: image.digest(), baseSize: image.size, recordedAt: WallTime(nanoseconds: 0))
        return try CrashSpace(base: image, trace: Trace(header: header, recording: recording))
    }
}

extension CrashSpace {
    /// Write `number` of the recording, named between the two prefixes around it.
    func named(_ number: Int, _ namer: inout WriteNamer) throws -> NamedWrite {
        namer.name(
            write: number, bytes: bytes(ofWrite: number), without: try CrashState(.prefix(number - 1), in: self),
            with: try CrashState(.prefix(number), in: self))
    }

    /// All writes, named.
    func named() throws -> [NamedWrite] {
        var namer = WriteNamer(self)
        return try trace.writes.map { try named($0.number, &namer) }
    }
}

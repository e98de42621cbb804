import LabModel
import SystemPackage

/// The two files of a transcript: the raw output, where a byte's place in the file is its offset on the console, and
/// the index. Used off the event loop, one call at a time.
final class TranscriptFiles: Sendable {
    /// The file of raw output.
    let path: String
    /// The file of `TranscriptRecord`s.
    let indexPath: String
    private let output: FileDescriptor
    private let index: FileDescriptor

    /// Creates `<name>.log` and `<name>.idx`. Files that are there are left alone: a number is added to the name.
    ///
    /// - Throws: `Failure` of type `infrastructure` when the files cannot be created.
    init(folder: String, name: String) throws(Failure) {
        for number in 1...1000 {
            let stem = folder + "/" + (number == 1 ? name : "\(name)-\(number)")
            do {
                let output = try create(stem + ".log")
                do {
                    index = try create(stem + ".idx")
                } catch {
                    try? output.close()
                    throw error
                }
                self.output = output
                path = stem + ".log"
                indexPath = stem + ".idx"
                return
            } catch Errno.fileExists {
                continue
            } catch {
                throw Failure(
                    .infrastructure, "cannot create the transcript \(stem).log: \(error)",
                    advice: "check the folder and its free space")
            }
        }
        throw Failure(.infrastructure, "there are a thousand transcripts named \(name) in \(folder)")
    }

    deinit {
        try? output.close()
        try? index.close()
    }

    /// Appends output that begins at `offset`; a place that was left out before it becomes a hole of zero bytes.
    func write(_ bytes: [UInt8], at offset: UInt64) throws {
        try output.writeAll(toAbsoluteOffset: Int64(offset), bytes)
    }

    /// Appends entries of the index, which begin at byte `place` of it.
    func write(index bytes: [UInt8], at place: UInt64) throws {
        try index.writeAll(toAbsoluteOffset: Int64(place), bytes)
    }

    /// Reads at most `count` bytes from `offset` on; fewer at the end.
    func read(from offset: UInt64, count: Int) throws -> [UInt8] {
        var failure: (any Error)?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do {
                while filled < count {
                    let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                    let read = try output.read(fromAbsoluteOffset: Int64(offset) + Int64(filled), into: rest)
                    if read == 0 { break }
                    filled += read
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

private func create(_ path: String) throws -> FileDescriptor {
    try FileDescriptor.open(
        FilePath(path), .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead])
}

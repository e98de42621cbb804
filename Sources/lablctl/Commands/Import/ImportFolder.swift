import Foundation
import Glibc
import LabImport
import LabModel

/// The folder that imports write into. It remembers what was written, so that what a person edited is not lost.
struct ImportFolder {
    let path: String

    /// What becomes of one file.
    struct FileState: Hashable, Codable {
        enum State: String, Hashable, Codable {
            /// It was not there.
            case new
            /// It was as the last import wrote it, or `--force` said so.
            case changed
            case unchanged
            /// It was edited, and stays.
            case kept
        }

        var path: String
        var state: State
    }

    /// Fingerprints of the files as the last import wrote them, by path.
    private struct Memory: Codable {
        var version = 1
        var files: [String: String] = [:]
    }

    private var memoryPath: String { path + "/.lablctl-import.json" }

    /// What `write` would do.
    func plan(_ files: [ImportedFile], force: Bool) throws(CommandError) -> [FileState] {
        let memory = readMemory()
        var states: [FileState] = []
        for file in files {
            states.append(FileState(path: file.path, state: try state(of: file, memory, force: force)))
        }
        return states
    }

    /// Writes what is new or changed, each file whole or not at all.
    func write(_ files: [ImportedFile], force: Bool) throws(CommandError) -> [FileState] {
        let states = try plan(files, force: force)
        var memory = readMemory()
        let before = memory.files
        for (file, state) in zip(files, states) {
            switch state.state {
            case .kept: continue
            case .unchanged: break
            case .new, .changed: try write(file.text, to: path + "/" + file.path, isPrivate: file.isPrivate)
            }
            memory.files[file.path] = Self.fingerprint(file.text)
        }
        // What somebody removed is forgotten.
        memory.files = memory.files.filter { HostFiles.exists(path + "/" + $0.key) }
        if memory.files != before {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            guard let data = try? encoder.encode(memory) else { return states }
            try write(String(decoding: data, as: UTF8.self) + "\n", to: memoryPath, isPrivate: false)
        }
        return states
    }

    private func readMemory() -> Memory {
        guard let text = HostFiles.readText(memoryPath, limit: 16 << 20) else { return Memory() }
        return (try? JSONDecoder().decode(Memory.self, from: Data(text.utf8))) ?? Memory()
    }

    private func state(
        of file: ImportedFile, _ memory: Memory, force: Bool
    ) throws(CommandError) -> FileState.State {
        let place = path + "/" + file.path
        guard HostFiles.exists(place) else { return .new }
        guard HostFiles.isFile(place) else {
            throw CommandError(.internalError, Failure(.configuration, "'\(place)' is there already, and is no file"))
        }
        guard let text = HostFiles.readText(place, limit: 8 << 20) else {
            throw CommandError(
                .internalError, Failure(.configuration, "cannot read '\(place)': \(HostFiles.errorText())"))
        }
        if text == file.text { return .unchanged }
        return force || memory.files[file.path] == Self.fingerprint(text) ? .changed : .kept
    }

    private func write(_ text: String, to place: String, isPrivate: Bool) throws(CommandError) {
        let folder = place.lastIndex(of: "/").map { String(place[..<$0]) } ?? "."
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw Self.failure("cannot make the folder '\(folder)'")
        }
        let temporary = "\(place).part-\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isPrivate ? 0o600 : 0o644)
        guard descriptor >= 0 else { throw Self.failure("cannot write '\(temporary)': \(HostFiles.errorText())") }
        var rest = Array(text.utf8)[...]
        var isWhole = true
        while !rest.isEmpty, isWhole {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else { isWhole = count < 0 && errno == EINTR }
        }
        isWhole = isWhole && fsync(descriptor) == 0
        let reason = HostFiles.errorText()
        close(descriptor)
        guard isWhole, rename(temporary, place) == 0 else {
            unlink(temporary)
            throw Self.failure("cannot write '\(place)': \(reason)")
        }
    }

    private static func failure(_ message: String) -> CommandError {
        CommandError(.internalError, Failure(.configuration, message, advice: "name another folder with --output"))
    }

    /// FNV-1a with 64 bits: it tells whether somebody edited a file, not whether somebody wants to deceive.
    static func fingerprint(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}

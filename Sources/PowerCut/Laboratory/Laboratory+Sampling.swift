import Foundation
public import LabModel

/// The notebooks of sampling campaigns: one JSON text a line, beside the explorations' files.
extension Laboratory: SamplingNotebook {
    private static let limit = 256 << 20

    public func entries(of campaign: ExplorationName) async throws(Failure) -> [SamplingEntry] {
        let path = notebook(of: campaign)
        guard access(path, F_OK) == 0 else { return [] }
        guard let data = FileManager.default.contents(atPath: path), data.count <= Self.limit else {
            throw Failure(.infrastructure, "the campaign's notebook cannot be read", at: path)
        }
        let decoder = JSONDecoder()
        var entries: [SamplingEntry] = []
        var lines = data.split(separator: UInt8(ascii: "\n"))
        // One without its end is torn, whatever it says: labd died while it wrote, and the next would join it.
        if data.last != UInt8(ascii: "\n"), let torn = lines.popLast() { try cut(path, to: data.count - torn.count) }
        for (index, line) in lines.enumerated() {
            guard let entry = try? decoder.decode(SamplingEntry.self, from: Data(line)) else {
                throw Failure(
                    .infrastructure, "line \(index + 1) of the campaign's notebook is damaged", at: path,
                    advice: "remove the file to begin the campaign anew")
            }
            entries.append(entry)
        }
        return entries
    }

    public func append(_ entry: SamplingEntry, to campaign: ExplorationName) async throws(Failure) {
        let path = notebook(of: campaign)
        do {
            try FileManager.default.createDirectory(
                atPath: files(of: campaign).folder, withIntermediateDirectories: true)
            var data = try JSONEncoder().encode(entry)
            data.append(UInt8(ascii: "\n"))
            if access(path, F_OK) != 0 { _ = FileManager.default.createFile(atPath: path, contents: nil) }
            guard let file = FileHandle(forWritingAtPath: path) else { throw Self.failure("open", path) }
            defer { try? file.close() }
            try file.seekToEnd()
            try file.write(contentsOf: data)
            try file.synchronize()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(
                .infrastructure, "the campaign's notebook cannot be written: \(error.localizedDescription)", at: path)
        }
    }

    public func keep(
        console: [String], ofTrial number: Int, of campaign: ExplorationName
    ) async throws(Failure) -> String {
        let folder = files(of: campaign).folder + "/cut-\(number)"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try console.map { $0 + "\n" }.joined().write(
                toFile: folder + "/console.txt", atomically: true, encoding: .utf8)
        } catch {
            throw Failure(
                .infrastructure, "what is left of a failing board cannot be kept: \(error.localizedDescription)",
                at: folder)
        }
        return folder
    }

    private func notebook(of campaign: ExplorationName) -> String {
        files(of: campaign).folder + "/sampling.jsonl"
    }

    private func cut(_ path: String, to length: Int) throws(Failure) {
        guard truncate(path, off_t(length)) == 0 else { throw Self.failure("shorten", path) }
    }

    private static func failure(_ what: String, _ path: String) -> Failure {
        Failure(
            .infrastructure, "cannot \(what) the campaign's notebook: \(String(cString: strerror(errno)))", at: path)
    }
}

import Foundation
public import LabModel

extension Laboratory: PowerCutReports {
    public func report(
        of job: JobID, block: Int?, form: PowerCutReportForm
    ) async throws(Failure) -> String? {
        let reported = blocks(of: job).first { block in
            let folder = files(of: ExplorationName(job: job, block: block, name: "")).folder
            return access(folder + "/" + ReportFiles.name(of: form), F_OK) == 0
        }
        guard let block = block ?? reported else { return nil }
        let exploration = ExplorationName(job: job, block: block, name: "")
        let path = files(of: exploration).folder + "/" + ReportFiles.name(of: form)
        guard access(path, F_OK) == 0 else { return nil }
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw Failure(.infrastructure, "the report of job \(job) cannot be read: \(error.localizedDescription)")
        }
    }

    /// Blocks with a folder, in order.
    func blocks(of job: JobID) -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            name.hasPrefix("\(job)-") ? Int(name.dropFirst("\(job)-".count)) : nil
        }.sorted()
    }
}

import Foundation
public import LabModel

extension Laboratory: PowerCutReports {
    public func report(
        of job: JobID, block: Int?, form: PowerCutReportForm
    ) async throws(Failure) -> String? {
        guard let block = block ?? blocks(of: job).first else { return nil }
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
    private func blocks(of job: JobID) -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            name.hasPrefix("\(job)-") ? Int(name.dropFirst("\(job)-".count)) : nil
        }.sorted()
    }
}

import Foundation
import LabModel

/// Writes what a campaign found beside its trace: for machines, for people, for a merge request, for CI.
struct ReportFiles {
    let folder: String

    static func name(of form: PowerCutReportForm) -> String {
        switch form {
        case .json: "report.json"
        case .html: "report.html"
        case .svg: "report.svg"
        case .junit: "report.xml"
        }
    }

    /// - Throws: `infrastructure` when a file cannot be written.
    func write(_ document: CampaignDocument) throws(Failure) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            try write(encoder.encode(document), Self.name(of: .json))
            try write(Data(ReportPage(document: document).html.utf8), Self.name(of: .html))
            try write(Data(StripDrawing(document: document).svg.utf8), Self.name(of: .svg))
            try write(Data(JUnitReport(document: document).xml.utf8), Self.name(of: .junit))
        } catch {
            throw Failure(.infrastructure, "cannot write the report of the campaign: \(error.localizedDescription)")
        }
    }

    private func write(_ data: Data, _ name: String) throws {
        try data.write(to: URL(filePath: "\(folder)/\(name)"), options: .atomic)
    }
}

import BenchKit
import Foundation

/// Whole campaigns through a labd of this build, from the start of the program to its end.
struct CampaignRows {
    private struct Campaign {
        var example: String
        var what: String
        var seconds: Double
        /// Folder of the kit below `kits`.
        var kit: String
    }

    private static let campaigns = [
        Campaign(
            example: "careless-fat", what: "campaign: careless update on FAT", seconds: 40, kit: "arm64-flip-fat"),
        Campaign(example: "rauc", what: "campaign: RAUC", seconds: 240, kit: "arm64-rauc"),
    ]

    func report() throws {
        for campaign in Self.campaigns {
            let example = "examples/powercut/\(campaign.example).yaml"
            guard FileManager.default.fileExists(atPath: example), hasKit(campaign.kit) else {
                Bench.progress("no \(example), or its kit was not built: left out")
                continue
            }
            try measure(campaign, example)
        }
    }

    private func hasKit(_ name: String) -> Bool {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "/root") + "/.cache"
        return FileManager.default.fileExists(atPath: "\(cache)/labd/kits/\(name)/current/kit.json")
    }

    private func measure(_ campaign: Campaign, _ example: String) throws {
        Bench.progress("exploring \(example)")
        let folder = try TemporaryFolder()
        let page = folder.path + "/report.html"
        let programs = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        let children = Child.processor
        let cost = try Cost.of {
            let run = try Child(
                programs + "/lablctl", ["run", example, "--labd", programs + "/labd", "--quiet", "--report", page])
            // A campaign that finds something ends with a status of its own.
            _ = run.wait()
        }
        guard let text = try? String(contentsOfFile: page, encoding: .utf8),
            let found = text.firstMatch(of: /[0-9]+ writes; [0-9]+ states decided by [0-9]+ boots/)
        else { throw BenchError("\(example) has no report; try `lablctl run \(example)`") }
        guard !text.contains("not complete:") else { throw BenchError("\(example) did not end: \(found.0)") }
        try Bench.report(
            BenchRow(
                campaign.what, ours: cost.wall, unit: "s", target: "< \(Int(campaign.seconds)) s",
                excess: cost.wall / campaign.seconds,
                note: """
                    `lablctl run \(example)` with a private labd, start and recording included; \(found.0); \
                    \(rounded(Child.processor - children)) processor seconds
                    """))
    }
}

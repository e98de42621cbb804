import LabModel

/// Finds the folder with the demo's jobs.
struct DemoExamples {
    /// The folder lablctl stands in.
    var programFolder: String?
    var workingFolder: String
    var exists: (String) -> Bool

    /// - Parameter option: the value of `--examples`.
    /// - Throws: with `notFound` when there is none.
    func locate(option: String?) throws(CommandError) -> String {
        let candidates = option.map { [$0] } ?? self.candidates
        let wanted = DemoChapter.all.map(\.file)
        guard let folder = candidates.first(where: { folder in wanted.allSatisfy { exists("\(folder)/\($0)") } }) else {
            let named = option.map { "'\($0)'" } ?? "any of the usual places"
            throw CommandError(
                .notFound,
                Failure(
                    .configuration, "the demo's jobs are not in \(named)",
                    advice: "run this in the source folder, or name the folder with --examples"))
        }
        return folder
    }

    /// Here, above lablctl where it was built, and where it is installed.
    var candidates: [String] {
        var folders = [workingFolder + "/examples/demo"]
        var folder = programFolder ?? ""
        for _ in 0..<6 where !folder.isEmpty {
            folders.append(folder + "/examples/demo")
            folders.append(folder + "/share/labd/examples/demo")
            folder = folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? ""
        }
        return folders
    }
}

import LabModel
import LabWire

/// What a newcomer reads at the end of the demo.
struct DemoSummary {
    var style: TextStyle

    /// A chapter with how it went; nil when it did not run.
    struct Entry {
        var chapter: DemoChapter
        var judgement: DemoJudgement?
        var seconds: Double?
        /// Where the page about it is.
        var page: String?
    }

    static func status(_ entries: [Entry]) -> CommandStatus {
        entries.allSatisfy { $0.judgement?.isAsTold ?? false } ? .success : .testsFailed
    }

    func lines(_ entries: [Entry]) -> [String] {
        var shown = [style.paint("What happened", .bold), ""]
        for (index, entry) in entries.enumerated() { shown += lines(entry, number: index + 1) + [""] }
        let asTold = entries.count { $0.judgement?.isAsTold ?? false }
        if Self.status(entries) == .success {
            shown.append(style.paint("All \(entries.count) jobs went as told.", .green))
            shown.append("Next: read examples/demo, and docs/write-a-job.md for a job of your own.")
        } else {
            shown.append(style.paint("\(asTold) of \(entries.count) jobs went as told.", .red))
        }
        return shown
    }

    private func lines(_ entry: Entry, number: Int) -> [String] {
        let head = "\(number). \(style.paint(entry.chapter.name, .bold))"
        guard let judgement = entry.judgement else { return ["\(style.mark(.skip)) \(head): did not run"] }
        let told = judgement.isAsTold ? style.paint("as told", .green) : style.paint("not as told", .red)
        let took = entry.seconds.map { style.paint(" (\(Figures.seconds($0)))", .dim) } ?? ""
        let text = judgement.sentence.prefix(1).uppercased() + judgement.sentence.dropFirst() + "."
        var shown = ["\(style.mark(judgement.isAsTold ? .pass : .fail)) \(head): \(told)\(took)", "     \(text)"]
        shown += judgement.differences.map { "     " + style.paint("Differs: \($0).", .red) }
        if let page = entry.page { shown.append("     The page to look at: \(SafeText.line(page))") }
        let last = judgement.lastLines.map(SafeText.line).filter { !$0.trimmedOfWhitespace.isEmpty }.suffix(10)
        if !last.isEmpty {
            shown.append("     The last lines of its console:")
            shown += last.map { "       \(style.paint("|", .dim)) \(style.fitted($0, to: (style.width ?? 100) - 10))" }
        }
        return shown
    }
}

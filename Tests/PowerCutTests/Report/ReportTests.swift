import Foundation
import FoundationXML
import LabModel
import Testing

@testable import PowerCut

/// The page, the picture and the other forms say what the document says, and nothing that a board printed gets out of
/// its place.
@Suite struct ReportTests {
    private static let hostile = "</pre><script>alert(1)</script>\u{1b}[31m&'\"\u{0}"

    private func document(jobs: Int = 1, isHostile: Bool = false) throws -> CampaignDocument {
        let name = isHostile ? Self.hostile : "flip"
        let trace = ToyTrace(
            base: [0, 0, 0, 0, 0, 0],
            events: [
                .phase("copy"), .write(sector: 4, values: [1, 2], isFUA: false, isAmbiguous: false),
                .flush(isAmbiguous: false), .phase(name),
                .write(sector: 1, values: [1], isFUA: false, isAmbiguous: false),
                .write(sector: 2, values: [1], isFUA: false, isAmbiguous: false), .success,
                .flush(isAmbiguous: false),
            ])
        let space = try trace.space()
        var campaign = ToyCampaign(ToyCampaign.plan([.prefix, .torn, .subsets], jobs: jobs), space)
        var chance = Chance(5)
        campaign.run(&chance) { state in
            var disk = ViewDisk(state)
            let (flag, content) = (disk.read(1), disk.read(2))
            let tail = isHostile ? [Self.hostile] : ["=> "]
            let facts =
                flag == 1 && content == 0
                ? TrialFacts(end: .bootloaderPrompt, consoleTail: tail)
                : TrialFacts(
                    end: .alive, version: flag == 1 ? "v2" : "v1", isWhole: true,
                    confirmedVersion: isHostile ? Self.hostile : "v1", consoleTail: tail)
            return BootOutcome(facts: facts, log: disk.view.readLog)
        }
        let report = campaign.machine.report
        return CampaignDocument(
            report, of: space, title: isHostile ? Self.hostile : "toy", line: ExplorationSummary(report, of: space).line
        )
    }

    @Test func thePageSaysTheJSONsNumbers() throws {
        let document = try document()
        // What the page is drawn from is what travels.
        let json = try JSONEncoder().encode(document)
        #expect(try JSONDecoder().decode(CampaignDocument.self, from: json) == document)
        let page = ReportPage(document: document).html
        let failing = document.states.filter { !$0.isAllowed }
        #expect(!failing.isEmpty && !document.explanations.isEmpty)
        #expect(page.contains("It can be bricked."))
        #expect(page.contains("\(document.boots) boots in all"))
        #expect(page.contains("Of \(document.recheck.candidates) states"))
        #expect(page.contains("\(document.recheck.rebooted) were booted all the same, 0 wrong"))
        let line = document.line
        #expect(line.contains("\(document.states.count) states decided by \(document.boots) boots"))
        #expect(line.contains("\(failing.count) failing, the smallest \(failing[0].id) (bootloader)"))
        #expect(page.contains(Markup.escaped(line)))
        for model in document.models {
            let cells = page.matches(of: /class="cell" data-state="([^"]+)"/).map { String($0.1) }
            let cuts = Set(document.states.filter { $0.model == model.name }.map(\.id.update.writes))
            // One column for every cut of every model.
            #expect(
                cells.count
                    == document.models.reduce(0) { sum, model in
                        sum + Set(document.states.filter { $0.model == model.name }.map(\.id.update.writes)).count
                    })
            #expect(!cuts.isEmpty)
            #expect(
                page.contains(
                    "<td class=\"n\">\(model.boots)</td><td class=\"n\">\(model.pruned)</td><td class=\"n\">"
                        + "\(model.undecided)</td>"))
        }
        for gap in document.gaps { #expect(page.contains(Markup.escaped(gap))) }
    }

    @Test func everyFailingClassIsThereOnceWithItsFacts() throws {
        let document = try document()
        let page = ReportPage(document: document).html
        let section = try #require(page.firstRange(of: "<h2>Failing classes</h2>"))
        let table = page[section.upperBound...].prefix { $0 != "\u{0}" }
        let rows = table[..<(table.firstRange(of: "</section>")?.lowerBound ?? table.endIndex)]
            .split(separator: "<tr>").dropFirst(2)
        let failing = Set(document.states.filter { !$0.isAllowed }.compactMap(\.classNumber))
        #expect(rows.count == failing.count)
        #expect(table.contains("<th>confirmed</th>"))
        let explained = try #require(document.explanations.first)
        #expect(page.contains("<p class=\"cause\">\(Markup.escaped(try #require(explained.cause)))</p>"))
        #expect(explained.relayCutsInOrder.map { page.contains("about \(Int($0)) relay cuts") } ?? true)
        #expect(!document.changes.isEmpty && document.changes.map(\.write.number) == [2, 3])
    }

    @Test func nothingThatABoardPrintedGetsOut() throws {
        let document = try document(isHostile: true)
        let page = ReportPage(document: document).html
        #expect(!page.contains("<script>alert") && !page.contains("\u{1b}") && !page.contains("\u{0}"))
        #expect(page.components(separatedBy: "<script>").count == 2)
        let drawing = StripDrawing(document: document).svg
        let junit = JUnitReport(document: document).xml
        for text in [drawing, junit] {
            #expect(!text.contains("<script>alert"))
            #expect(XMLParser(data: Data(text.utf8)).parse())
        }
        #expect(junit.contains("&lt;script&gt;"))
    }

    @Test func theFailingWindowIsATargetForCutsOfABoard() throws {
        let document = try document()
        let target = try #require(document.targets.first)
        let explained = try #require(document.explanations.first)
        #expect(target.state == explained.minimal.description)
        #expect(target.verdict == .bootloader)
        #expect(target.phase == "flip")
        // From the write after which a cut fails to the one that ends it, since the phase's mark.
        let first = try #require(explained.firstFailingCut), last = try #require(explained.lastFailingCut)
        let opens = try #require(document.writes.first { $0.number == first }?.milliseconds)
        let closes = try #require(document.writes.first { $0.number == last + 1 }?.milliseconds)
        let mark = try #require(document.marks.first { $0.phase == "flip" }?.milliseconds)
        #expect(abs(target.from.inSeconds * 1000 - (opens - mark)) < 1e-6)
        #expect(abs(target.to.inSeconds * 1000 - (closes - mark)) < 1e-6)
        #expect(target.phaseLength > .zero)
    }

    @Test(arguments: [
        (RecheckResult.WrongAnswer.Reason.representativeVaries, "The board is not deterministic"),
        (.stateVaries, "The board is not deterministic"), (.readsVary, "what is read is left to chance"),
        (.unseen, "something decides that the recorder does not see"),
    ])
    func anUnsoundCampaignSaysSoAndWhy(reason: RecheckResult.WrongAnswer.Reason, words: String) throws {
        var document = try document()
        let facts = TrialFacts(end: .alive, version: "v1")
        document.isSound = false
        document.recheck.wrong = [
            .init(
                state: .prefix(2), representative: .prefix(1), expected: facts, got: TrialFacts(end: .silence),
                reason: reason, expectedAgain: facts, gotAgain: facts)
        ]
        let page = ReportPage(document: document).html
        #expect(page.contains("Unsound: no verdict counts.") && page.contains(words))
        #expect(page.contains("<code>w2</code> was taken for <code>w1</code>: expected alive v1, got silence"))
        #expect(JUnitReport(document: document).xml.contains("1 pruned states did something else when booted"))
    }

    @Test func thePageNeedsNoNetwork() throws {
        let page = ReportPage(document: try document()).html
            .replacing("http://www.w3.org/2000/svg", with: "")
        #expect(!page.contains("http:") && !page.contains("https:") && !page.contains("@import"))
        #expect(!page.contains(" src=") && !page.contains("<link"))
    }

    @Test func junitHasACaseForEachModelAndPhase() throws {
        let document = try document()
        let junit = JUnitReport(document: document).xml
        let kinds = Set(document.states.map { $0.model + "/" + ($0.phase ?? "none") })
        #expect(junit.components(separatedBy: "<testcase ").count - 1 == kinds.count + 1)
        let failing = Set(
            document.states.filter { !$0.isAllowed }.map { $0.model + "/" + ($0.phase ?? "none") })
        #expect(junit.components(separatedBy: "<failure ").count - 1 == failing.count)
        #expect(junit.contains("relay cuts at random moments to hit it once (95 %): about"))
    }
}

import LabModel

/// Makes our boards, devices and device types of a LAVA server's files.
///
/// First it reads what it can itself; what it cannot are `questions` for Jinja. With the answers, or without, there is a
/// result.
public struct LavaImport {
    public let lab: LavaLab
    public let questions: [RenderQuestion]

    private let types: KnownTypes
    private let reader: LavaReader
    private let readings: [String: LavaReader.Reading]
    private let conversions: [String: LavaTypeReading]

    public init(_ lab: LavaLab, types: KnownTypes) {
        self.lab = lab
        self.types = types
        reader = LavaReader(lab)
        var readings: [String: LavaReader.Reading] = [:]
        var conversions: [String: LavaTypeReading] = [:]
        var questions: [RenderQuestion] = []
        for source in lab.devices where readings[source.name] == nil {
            let reading = reader.read(source)
            readings[source.name] = reading
            guard case .beyond = reading else { continue }
            questions.append(RenderQuestion(id: questions.count, kind: .values, name: source.name))
        }
        for source in lab.deviceTypes where conversions[source.name] == nil {
            let reading = LavaTypeReading(source)
            conversions[source.name] = reading
            guard case .beyond = reading else { continue }
            questions.append(RenderQuestion(id: questions.count, kind: .text, name: source.name))
        }
        self.readings = readings
        self.conversions = conversions
        self.questions = questions
    }

    public func result(_ answers: RenderAnswers) -> ImportResult {
        var files: [ImportedFile] = []
        var report = ImportReport()
        var typeWriter = LavaTypeWriter(types: types, own: conversions, answers: byName(answers, .text))
        for source in lab.deviceTypes {
            let written = typeWriter.write(source)
            if let file = written.file { files.append(file) }
            report.items.append(written.item)
        }
        let (boards, items) = boards(answers: byName(answers, .values), types: typeWriter)
        var devices = DeviceTable()
        for (board, item) in zip(boards, items) {
            var item = item
            if let board {
                item.file = "boards/\(board.name).yaml"
                files.append(
                    ImportedFile(
                        path: "boards/\(board.name).yaml",
                        text: board.text(
                            origin: "Imported from LAVA: \(item.source)", findings: item.findings, devices: &devices)))
            }
            report.items.append(item)
        }
        if let file = devices.file(origin: "Imported from LAVA: what switches the boards' power.") {
            files.append(file)
            report.notes.append(DeviceTable.pasteNote)
        }
        for other in lab.others {
            report.items.append(
                ImportReport.Item(
                    .file, other.path, source: other.path,
                    findings: [ImportReport.Finding(.left, other.path, other.reason)]))
        }
        if !questions.isEmpty, case .unavailable(let reason) = answers {
            report.notes.append("\(questions.count) files need Jinja, and \(reason)")
        }
        report.notes.append(
            "in LAVA a job's context cannot change what a dictionary sets; in labd it changes a board's variables")
        return ImportResult(files: files, report: report)
    }

    /// Answers of one kind by the name of what was asked about; a question without answer has the reason.
    private func byName(_ answers: RenderAnswers, _ kind: RenderQuestion.Kind) -> [String: RenderAnswer] {
        var result: [String: RenderAnswer] = [:]
        for question in questions where question.kind == kind {
            switch answers {
            case .answered(let known):
                result[question.name] =
                    known[question.id] ?? RenderAnswer(id: question.id, error: "Jinja gave no answer")
            case .unavailable(let reason): result[question.name] = RenderAnswer(id: question.id, error: reason)
            }
        }
        return result
    }

    private func boards(
        answers: [String: RenderAnswer], types typeWriter: LavaTypeWriter
    ) -> ([BoardFile?], [ImportReport.Item]) {
        var boards: [BoardFile?] = []
        var items: [ImportReport.Item] = []
        var plans: [PowerPlan?] = []
        for source in lab.devices {
            var item = ImportReport.Item(.board, source.name, source: source.path)
            guard let values = values(of: source, answers[source.name], &item) else {
                boards.append(nil)
                items.append(item)
                plans.append(nil)
                continue
            }
            let plan = PowerPlan(board: source.name, values: values.all)
            let maker = LavaBoard(name: source.name, values: values, types: typeWriter)
            let made = maker.make(plan)
            item.findings += made.findings
            boards.append(made.board)
            items.append(item)
            plans.append(plan)
        }
        let groups = CommandGroups(plans.compactMap { $0?.commands })
        for (index, plan) in plans.enumerated() {
            guard let commands = plan?.commands, let name = boards[index]?.name else { continue }
            boards[index]?.power = groups.channel(of: commands, board: name)
        }
        return (boards, items)
    }

    /// What a dictionary means; nil, with findings, when nobody can tell.
    private func values(
        of source: SourceText, _ answer: RenderAnswer?, _ item: inout ImportReport.Item
    ) -> LavaValues? {
        guard BoardFile.isName(source.name) else {
            item.findings.append(
                ImportReport.Finding(
                    .left, "name", "`\(PlainYAML.oneLine(source.name).prefix(80))` cannot be a board's name",
                    advice: "use 1 to 64 letters, digits, `.`, `_` and `-`"))
            return nil
        }
        switch readings[source.name] {
        case .exact(let values): return values
        case .wrong(let diagnostic):
            item.findings.append(.init(diagnostic))
            return nil
        case .beyond(let reasons):
            let answered = LavaAnswer(answer, source: source, reasons: reasons)
            item.findings += answered.findings
            return answered.values
        case nil: return nil
        }
    }
}

extension DeviceTable {
    static let pasteNote =
        "devices.yaml is a part of labd's configuration: copy its `devices` into yours (docs/import.md)"
}

extension ImportReport.Finding {
    /// A file that cannot be read.
    init(_ diagnostic: Diagnostic) {
        self.init(
            .left, "file", diagnostic.message, advice: diagnostic.suggestion, place: diagnostic.position.description)
    }
}

/// A dictionary's values as Jinja gave them.
struct LavaAnswer {
    var values: LavaValues?
    var findings: [ImportReport.Finding] = []

    init(_ answer: RenderAnswer?, source: SourceText, reasons: [String]) {
        let why = reasons.joined(separator: ", ")
        guard let answer, answer.error == nil, let own = answer.own, let all = answer.all else {
            findings.append(
                ImportReport.Finding(
                    .left, "file",
                    "only Jinja can tell what it means (\(why)), and \(answer?.error ?? "nobody asked it")",
                    advice: "install python3-jinja2 for this one import, or write the board by hand",
                    place: answer?.place))
            return
        }
        guard let parent = answer.parent else {
            findings.append(
                ImportReport.Finding(
                    .left, "file", "the device type that it extends is computed, or there is none",
                    advice: "write `{% extends 'TYPE.jinja2' %}` with the name itself"))
            return
        }
        findings.append(
            ImportReport.Finding(.approximated, "file", "rendered once by Jinja, since its values are computed: \(why)")
        )
        for block in answer.blocks ?? [] {
            findings.append(
                ImportReport.Finding(
                    .left, "block \(block)",
                    "overrides what LAVA's template prints; a board of labd has variables only",
                    advice: "make a device type of it that extends `\(parent)`"))
        }
        for (name, kind) in (answer.odd ?? [:]).sorted(by: { $0.key < $1.key }) {
            findings.append(ImportReport.Finding(.left, name, "its value is \(kind), which no file can hold"))
        }
        values = LavaValues(own: own, all: all, parent: parent, used: Set(answer.used ?? []))
    }
}

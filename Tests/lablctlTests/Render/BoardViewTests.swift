import LabModel
import LabWire
import Testing

@testable import lablctl

/// What `lablctl boards` and `lablctl board` say of board files.
@Suite struct BoardViewTests {
    private let view = BoardView(style: .plain)

    private static func fault(_ message: String, severity: Diagnostic.Severity = .error) -> Diagnostic {
        Diagnostic(
            severity, at: SourcePosition(file: "/etc/labd/boards/bench.yaml", line: 4, column: 9), message,
            suggestion: "mend it")
    }

    private static func board(
        _ name: String, health: String = "Good", job: Int64? = nil, _ standing: BoardStanding
    ) -> BoardInfo {
        var board = BoardInfo(
            name: name, type: "sim", tags: ["desk"], driver: "sim", state: job == nil ? "Idle" : "Running",
            health: health, healthReason: standing.fault?.description, power: "off", currentJob: job)
        board.add(standing)
        return board
    }

    private static let bench = board(
        "bench", health: "Maintenance",
        BoardStanding(
            file: "/etc/labd/boards/bench.yaml", diagnostics: [fault("first"), fault("second")], isOpen: false))
    private static let busy = board(
        "busy", job: 17, BoardStanding(file: "/etc/labd/boards/busy.yaml", pending: .change))
    private static let leaving = board(
        "leaving", health: "Retired", job: 18, BoardStanding(file: "/b/leaving.yaml", pending: .removal))

    @Test func theListEndsWithWhatIsWrongAndWhatWaits() {
        let list = BoardList(
            boards: [Self.bench, Self.busy, Self.leaving], problems: [DiagnosticInfo(Self.fault("taken"))])
        #expect(
            Array(view.table(list).dropFirst(4)) == [
                "",
                "/etc/labd/boards/bench.yaml:4:9: error: first; mend it (and 1 more)",
                "busy: the change of its file waits for job 17",
                "leaving: leaves the lab, its file was removed; that waits for job 18",
                "/etc/labd/boards/bench.yaml:4:9: error: taken; mend it",
            ])
    }

    @Test func aListWithoutTroubleIsATable() {
        let board = Self.board("fine", BoardStanding(file: "/b/fine.yaml"))
        #expect(view.table(BoardList(boards: [board])).count == 2)
        #expect(view.table(BoardList(boards: [])) == ["no boards"])
    }

    @Test func oneBoardShowsEveryMistakeOnce() {
        let lines = view.details(Self.bench)
        #expect(lines.count { $0.contains("first") } == 1)
        #expect(lines.contains { $0.hasSuffix("/etc/labd/boards/bench.yaml:4:9: error: second; mend it") })
        #expect(lines.contains { $0.hasPrefix("file") && $0.hasSuffix("/etc/labd/boards/bench.yaml") })
        #expect(
            view.details(Self.busy).contains { $0.hasSuffix("the change of its file waits for job 17") })
    }

    @Test func aReloadSaysWhatCameOfIt() {
        #expect(view.reloaded(BoardReloadInfo()) == ["nothing has changed"])
        let name = BoardName(rawValue: "bench")
        let info = BoardReloadInfo(
            changes: [
                BoardChangeInfo(BoardChange(board: BoardName(rawValue: "new"), kind: .added)),
                BoardChangeInfo(BoardChange(board: name, kind: .broken, diagnostics: [Self.fault("first")])),
            ], waiting: [Self.busy], problems: [DiagnosticInfo(Self.fault("old", severity: .warning))])
        #expect(
            view.reloaded(info) == [
                "new added",
                "bench broken: /etc/labd/boards/bench.yaml:4:9: error: first; mend it",
                "busy: the change of its file waits for job 17",
                "/etc/labd/boards/bench.yaml:4:9: warning: old; mend it",
            ])
    }

    @Test func filesCannotBreakTheTerminal() {
        let board = Self.board("x", BoardStanding(diagnostics: [Self.fault("\u{1b}[2J")]))
        #expect(!view.table(BoardList(boards: [board])).joined().contains("\u{1b}"))
    }
}

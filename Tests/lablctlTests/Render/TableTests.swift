import LabWire
import Testing

@testable import lablctl

@Suite struct TableTests {
    private func table() -> Table {
        var table = Table([
            .init("ID", isNumber: true), .init("STATE"), .init("NAME", minimum: 6), .init("TEXT", minimum: 6),
        ])
        table.rows = [
            [.init("7"), .init("Running"), .init("short"), .init("a text that is rather long")],
            [.init("123"), .init("Idle"), .init("a longer name here"), .init("x")],
        ]
        return table
    }

    @Test func columnsStandUnderOneAnother() {
        let lines = table().lines(in: .plain)
        #expect(
            lines == [
                " ID  STATE    NAME                TEXT",
                "  7  Running  short               a text that is rather long",
                "123  Idle     a longer name here  x",
            ])
    }

    @Test(arguments: [30, 40, 50, 60])
    func linesFitTheTerminal(width: Int) {
        let lines = table().lines(in: TextStyle(usesColour: false, usesUnicode: true, width: width))
        for line in lines { #expect(line.count <= width) }
        #expect(lines[1].contains("Running"))
    }

    @Test func whatCannotShrinkStaysWhole() {
        let lines = table().lines(in: TextStyle(usesColour: false, usesUnicode: false, width: 10))
        #expect(lines[2].hasPrefix("123  Idle     a lon~"))
    }

    @Test func columnsLeaveBeforeTheOthersAreCutTooFar() {
        var table = Table([
            .init("ID", isNumber: true), .init("TYPE", minimum: 6, leaves: 2), .init("WHEN", leaves: 1),
            .init("NAME", minimum: 8),
        ])
        table.rows = [[.init("1"), .init("virt-arm64"), .init("2026-08-20 10:00"), .init("power cut in an update")]]
        func titles(_ width: Int) -> [Substring] {
            table.lines(in: TextStyle(usesColour: false, usesUnicode: true, width: width))[0].split(separator: " ")
        }
        #expect(titles(80) == ["ID", "TYPE", "WHEN", "NAME"])
        #expect(titles(38) == ["ID", "TYPE", "WHEN", "NAME"])
        #expect(titles(30) == ["ID", "TYPE", "NAME"])
        #expect(titles(18) == ["ID", "NAME"])
        #expect(titles(4) == ["ID", "NAME"])
    }

    @Test(arguments: [24, 30, 40, 60, 80, 100])
    func jobsAndBoardsFitNarrowTerminals(width: Int) {
        let style = TextStyle(usesColour: false, usesUnicode: true, width: width)
        let job = Fixture.job(name: "demo 2: power cut in an A/B update", health: "Incomplete")
        let board = BoardInfo(
            name: "virt-arm64-1", type: "virt-arm64-ab", tags: ["virtual", "login"],
            description: "a board on the third shelf", state: "Running", health: "Good", power: "on")
        let lines =
            JobView(style: style).table(JobList(jobs: [job], total: 1))
            + BoardView(style: style).table(BoardList(boards: [board]))
        for line in lines where width >= 30 { #expect(line.count <= width, "\(line)") }
        #expect(lines[1].contains("demo 2: power"))
        #expect(lines[3].contains("virt-arm64-1"))
    }

    @Test func coloursDoNotMoveColumns() {
        var table = Table([.init("A"), .init("B")])
        table.rows = [[.init("ok", .green), .init("x")], [.init("longer"), .init("y")]]
        let lines = table.lines(in: TextStyle(usesColour: true, usesUnicode: true, width: nil))
        #expect(lines[1] == "\u{1B}[32mok\u{1B}[0m      x")
        #expect(lines[2] == "longer  y")
    }

    @Test func cellsCannotBreakTheTerminal() {
        var table = Table([.init("A")])
        table.rows = [[.init("a\u{1B}[2Jb\nc\u{202E}d")]]
        #expect(table.lines(in: .plain)[1] == "ab cd")
    }
}

import LabWire
import Testing

@testable import lablctl

@Suite struct QueueViewTests {
    private static func entry(
        _ id: Int64, _ reason: String, start: String? = nil, group: GroupInfo? = nil
    ) -> QueuedJobInfo {
        QueuedJobInfo(
            job: JobInfo(
                id: id, name: "soak", submitter: "ann", deviceType: "sim", state: "Submitted", health: "Unknown",
                submitted: "2026-08-20T10:00:00.000000+00:00", waiting: reason, group: group), start: start)
    }

    private static let long = "2 of 2 sim boards with the tag can are busy, next free in about 4 min; next in the queue"

    @Test func aWideTerminalHasOneLineAJob() {
        let queue = QueueInfo(
            jobs: [Self.entry(7, Self.long, start: "2026-08-20T10:04:09.000000+00:00")], total: 1, pauses: [])
        #expect(
            QueueView(style: .plain).lines(queue) == [
                "ID  PRIO  BEGINS (UTC)      ON   BY   NAME  WAITS BECAUSE",
                " 7    50  2026-08-20 10:04  sim  ann  soak  \(Self.long)",
            ])
    }

    /// Of the reason nothing is ever left out.
    @Test(arguments: [40, 60, 80])
    func aNarrowTerminalHasTheReasonBelow(width: Int) {
        let style = TextStyle(usesColour: false, usesUnicode: true, width: width)
        let lines = QueueView(style: style).lines(QueueInfo(jobs: [Self.entry(7, Self.long)], total: 1, pauses: []))
        #expect(lines.allSatisfy { $0.count <= width })
        #expect(lines[1].hasPrefix(" 7    50"))
        #expect(lines.dropFirst(2).map { String($0.dropFirst(6)) }.joined(separator: " ") == Self.long)
    }

    @Test func aGroupsReasonIsToldOnce() {
        func member(_ place: Int) -> GroupInfo { GroupInfo(id: 7, number: "7.\(place)", role: "node", size: 2) }
        let reason = "its group needs 2 boards at once and none is free; next in the queue"
        let queue = QueueInfo(
            jobs: [Self.entry(7, reason, group: member(0)), Self.entry(8, reason, group: member(1))], total: 2,
            pauses: [])
        let lines = QueueView(style: TextStyle(usesColour: false, usesUnicode: true, width: 80)).lines(queue)
        #expect(
            lines == [
                "ID  PRIO  BEGINS (UTC)  ON   BY   NAME", " 7    50  -             sim  ann  soak (7.0 node)",
                " 8    50  -             sim  ann  soak (7.1 node)", "      \(reason)",
            ])
    }

    @Test func aPauseIsToldOnce() {
        let pause = "the lab is being drained by bob: new kernel (nothing new starts; `lablctl resume` ends it)"
        let queue = QueueInfo(
            jobs: [Self.entry(7, pause)], total: 1, pauses: [PauseInfo(name: "drain", text: pause)])
        let lines = QueueView(style: TextStyle(usesColour: false, usesUnicode: true, width: 80)).lines(queue)
        #expect(
            lines == [
                "paused: the lab is being drained by bob: new kernel (nothing new starts;", "`lablctl resume` ends it)",
                "ID  PRIO  BEGINS (UTC)  ON   BY   NAME", " 7    50  -             sim  ann  soak",
            ])
    }
}

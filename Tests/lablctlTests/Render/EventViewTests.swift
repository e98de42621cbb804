import LabModel
import LabWire
import Testing

@testable import lablctl

@Suite struct EventViewTests {
    private func line(
        _ kind: LabEvent.Kind, _ data: DataValue, seq: Int64 = 7, job: Int64? = 1, board: String? = "virt-1",
        width: Int? = nil
    ) -> String {
        let event = EventInfo(
            seq: seq, at: "2026-08-20T10:00:00.123456+00:00", job: job, board: board, kind: kind.rawValue, data: data)
        return EventView(style: TextStyle(usesColour: false, usesUnicode: true, width: width)).line(event)
    }

    private func details(_ kind: LabEvent.Kind, _ data: DataValue) -> String {
        let event = EventInfo(seq: 7, at: "t", job: 1, board: "virt-1", kind: kind.rawValue, data: data)
        return EventDetails(style: .plain).text(event)
    }

    @Test func whatHappenedStandsInColumns() {
        #expect(
            line(.jobFinished, ["health": "Complete"])
                == "    7 2026-08-20 10:00:00 job.finished       job 1    virt-1      Complete")
        #expect(
            line(.boardState, ["state": "Idle"], seq: 12345, job: nil)
                == "12345 2026-08-20 10:00:00 board.state                 virt-1      Idle")
    }

    @Test func anEventWithoutDetailsHasNoSpaceAtItsEnd() {
        #expect(line(.jobRunning, ["attempt": 1]).hasSuffix("job 1    virt-1"))
    }

    @Test(arguments: [100, 120])
    func longValuesAreCutOnTerminals(width: Int) {
        let long = String(repeating: "x", count: 500)
        #expect(line(.progress, ["message": .string(long)], width: width).count == width)
        #expect(line(.progress, ["message": .string(long)]).hasSuffix(long))
    }

    @Test func measurementsAreShort() {
        let test: DataValue = [
            "suite": "0_x", "case": "load", "result": "pass", "measurement": 0.30000000000000004, "units": "V",
        ]
        #expect(details(.result, test) == "0_x/load pass = 0.3 V")
        let step: DataValue = [
            "suite": "lava", "case": "login", "result": "fail", "measurement": 2.985545181, "units": "seconds",
        ]
        #expect(details(.result, step) == "lava/login fail")
        let finished: DataValue = ["name": "login", "level": "2.1", "duration": 2.985545181, "result": "pass"]
        #expect(details(.stepFinished, finished) == "2.1 login pass (3.0 s)")
    }

    @Test func verdictsLeaveTheConsoleOut() {
        let verdict: DataValue = [
            "name": "cut", "outcome": "brick", "brick_kind": "hang", "is_allowed": false, "last_lines": ["a", "b"],
        ]
        #expect(details(.verdict, verdict) == "cut: brick (hang), not allowed")
    }

    @Test func powerSaysWhatIsAndWhatShallBe() {
        #expect(
            details(.power, ["kind": "armed", "state": "on", "target": "off", "reason": "job 1"])
                == "armed to off, is on")
        #expect(
            details(.power, ["kind": "cut", "state": "off", "target": "off", "note": "LABD-PHASE"])
                == "cut to off: LABD-PHASE")
    }

    @Test func endingsSayWhy() {
        #expect(
            details(.jobFinished, ["health": "Incomplete", "error_type": "Job", "error_msg": "no prompt"])
                == "Incomplete: Job: no prompt")
        #expect(details(.jobInterrupted, ["again": true, "error_msg": "labd stopped"]) == "labd stopped (runs again)")
        #expect(details(.jobCanceling, ["by": "ada", "reason": "late"]) == "by ada: late")
    }

    @Test func kindsThatComeLaterAreShown() {
        let event = EventInfo(seq: 1, at: "t", kind: "board.moved", data: ["shelf": 3])
        #expect(EventDetails(style: .plain).text(event) == "shelf: 3")
    }

    @Test func boardsCannotBreakTheTerminal() {
        #expect(details(.consoleFinding, ["kind": "panic", "line": "a\u{1B}[2Jb"]) == "panic: ab")
    }
}

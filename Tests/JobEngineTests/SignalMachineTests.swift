import LabModel
import Testing

@testable import JobEngine

@Suite struct SignalTests {
    @Test func formsAreRead() {
        #expect(Signal(name: "STARTRUN", text: "0_a 1_1") == .startRun(suite: "0_a", uuid: "1_1"))
        #expect(Signal(name: "TESTSET", text: "START net") == .testSetStart("net"))
        #expect(Signal(name: "TESTSET", text: "STOP") == .testSetStop)
        #expect(Signal(name: "TESTRAISE", text: "two words") == .raise("two words"))
        #expect(
            Signal(name: "TESTREFERENCE", text: "log fail http://lab/x")
                == .reference(name: "log", result: "fail", url: "http://lab/x"))
        #expect(
            Signal(name: "TESTCASE", text: "TEST_CASE_ID=a RESULT=pass noise")
                == .testCase(["test_case_id": "a", "result": "pass"]))
    }

    @Test(arguments: [("STARTRUN", "only-one"), ("TESTSET", "PAUSE"), ("NOSUCH", "x"), ("ENDTC", "a b")])
    func otherFormsAreMalformed(name: String, text: String) {
        guard case .malformed = Signal(name: name, text: text) else {
            Issue.record("\(name) \(text) was read")
            return
        }
    }
}

@Suite struct SignalMachineTests {
    static let wall = WallTime(nanoseconds: 0)
    static let zero = MonotonicTime(nanoseconds: 0)

    static func machine(expected: [String]? = nil, parse: TestDefinition.ParseRule? = nil) -> SignalMachine {
        let definition = TestDefinition(name: "a", steps: [], parse: parse)
        let request = TestDefinitionRequest(name: "a", source: .inline(definition), path: "a.yaml", expected: expected)
        return SignalMachine(tests: [
            StagedTest(index: 0, request: request, definition: definition, commit: nil, uuid: "1_1", folder: "")
        ])
    }

    static func handle(_ signals: [Signal], _ machine: inout SignalMachine) -> [SignalMachine.Action] {
        signals.flatMap { machine.handle($0, at: zero, wall: wall) }
    }

    static func records(_ actions: [SignalMachine.Action]) -> [ResultRecord] {
        actions.compactMap { if case .record(let record) = $0 { record } else { nil } }
    }

    @Test func casesCarryTheirSet() {
        var machine = Self.machine()
        let actions = Self.handle(
            [
                .startRun(suite: "0_a", uuid: "1_1"), .testSetStart("net"),
                .testCase(["test_case_id": "ping", "result": "pass"]), .testSetStop,
                .testCase(["test_case_id": "free", "result": "skip"]), .endRun(suite: "0_a", uuid: "1_1"),
            ], &machine)
        let records = Self.records(actions)
        #expect(records.map(\.testSet) == ["net", nil, nil])
        #expect(records.map(\.name) == ["ping", "free", "0_a"])
        #expect(machine.close(wall: Self.wall).isEmpty)
    }

    @Test func aCaseBeforeItsRunIsAFailure() {
        var machine = Self.machine()
        let actions = Self.handle([.testCase(["test_case_id": "x", "result": "pass"])], &machine)
        guard case .fail(let failure) = actions.first else {
            Issue.record("no failure: \(actions)")
            return
        }
        #expect(failure.type == .test)
    }

    @Test func aMeasurementMustBeANumber() {
        var machine = Self.machine()
        let actions = Self.handle(
            [
                .startRun(suite: "0_a", uuid: "1_1"),
                .testCase(["test_case_id": "x", "result": "pass", "measurement": "fast"]),
            ], &machine)
        #expect(actions.count == 1)
        #expect(Self.records(actions).isEmpty)
    }

    @Test func unknownWordsAreNoResult() {
        var machine = Self.machine()
        let actions = Self.handle(
            [.startRun(suite: "0_a", uuid: "1_1"), .testCase(["test_case_id": "x", "result": "maybe"])], &machine)
        #expect(Self.records(actions).isEmpty)
    }

    @Test func aTestSetNeedsAName() {
        var machine = Self.machine()
        let actions = Self.handle([.startRun(suite: "0_a", uuid: "1_1"), .testSetStart("")], &machine)
        guard case .fail(let failure) = actions.first else {
            Issue.record("no failure: \(actions)")
            return
        }
        #expect(failure.type == .job)
    }

    @Test func expectedCasesAreHeldToTheList() {
        var machine = Self.machine(expected: ["there", "missing"])
        let records = Self.records(
            Self.handle(
                [
                    .startRun(suite: "0_a", uuid: "1_1"), .testCase(["test_case_id": "there", "result": "pass"]),
                    .testCase(["test_case_id": "stranger", "result": "pass"]), .endRun(suite: "0_a", uuid: "1_1"),
                ], &machine))
        #expect(
            records.map { "\($0.name) \($0.result.name)" } == [
                "there pass", "stranger fail", "missing fail", "0_a pass",
            ])
    }

    @Test func aParseRuleReadsPlainOutput() {
        let rule = TestDefinition.ParseRule(pattern: "x", fixups: ["ok": "pass", "PASS": "pass"])
        var machine = Self.machine(parse: rule)
        _ = Self.handle([.startRun(suite: "0_a", uuid: "1_1")], &machine)
        #expect(machine.parseRule == rule)
        let records = Self.records(machine.parsed(["test_case_id": "two words", "result": "ok"], wall: Self.wall))
        #expect(records.map(\.name) == ["two-words"])
        #expect(records.map(\.result) == [.pass])
    }

    @Test func whatNeverRanIsAFailure() {
        var machine = Self.machine()
        let records = Self.records(machine.close(wall: Self.wall))
        #expect(records.map(\.result) == [.fail])
    }
}

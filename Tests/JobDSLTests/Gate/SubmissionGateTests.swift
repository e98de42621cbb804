import JobDSL
import LabModel
import Testing

/// What only the gate finds: the readers of a job would take it.
@Suite struct SubmissionGateTests {
    private let command = "- command: {name: power_on}"

    @Test(arguments: [
        ("priority: ~", "8:11: error: `priority` needs a whole number, not nothing"),
        ("tags: ~", "8:7: error: `tags` needs a list, not nothing"),
        (
            "tags: [1]",
            "8:8: error: an entry of `tags` needs text, but YAML reads `1` as a whole number; put it in quotes"
        ),
        (
            "device: 2026-01-01",
            "8:9: error: `device` needs text, but YAML reads `2026-01-01` as a date; put it in quotes"
        ),
        ("context: {arch: 1.5}", "8:17: error: `arch` needs text, a whole number or a list of them, not `1.5`"),
        ("metadata: {a: [b]}", "8:15: error: `a` needs text or a whole number, not a list"),
        ("metadata: {1.5: b}", "8:12: error: `1.5` cannot be a key of `metadata`; put it in quotes"),
        ("reboot_to_fastboot: ~", "8:21: error: `reboot_to_fastboot` needs true or false, not nothing"),
        ("host_role: a", "8:1: error: `host_role` is not a key of a job"),
        (
            "notify: {criteria: {status: all, type: better}}",
            "8:40: error: `type` cannot be `better`; it is one of progression, regression"
        ),
        ("notify: {criteria: {status: all}, callback: {}}", "8:45: error: `callback` needs `url`"),
        (
            "notify: {criteria: {status: all}, callback: {url: u, method: PUT}}",
            "8:62: error: `method` cannot be `PUT`; it is one of GET, POST"
        ),
        (
            "notify: {criteria: {status: all}, recipients: [{to: {method: irc, nick: a}}]}",
            "8:67: error: `nick` is not a key of `to`"
        ),
        ("protocols: {lava-multinode: {roles: []}}", "8:37: error: `roles` needs a mapping, not a list"),
    ])
    func refusesAtTheTop(_ line: String, _ expected: String) {
        #expect(errors(jobText(command, more: "\n" + line)).contains(expected))
    }

    @Test(arguments: [
        (
            "boot: {method: minimal, prompts: [x], auto_login: {login_prompt: l, username: r, pass: w}}",
            "is not a key of"
        ),
        ("boot: {method: minimal, prompts: [x], parameters: {kernel-start-message: ~}}", "needs text, true or false"),
        ("boot: {method: minimal, prompts: [x], parameters: {1: x}}", "`1` cannot be a key of `parameters`"),
        ("boot: {method: minimal, prompts: [x], commands: 5}", "`commands` needs text or a list"),
        ("command: {name: power_on, namespace: 5}", "`namespace` needs text"),
        (
            "test: {monitors: [{name: a b, start: s, end: e, pattern: p}]}",
            "`a b` cannot be `name`; use letters, digits, `_` and `-`"
        ),
        ("test: {monitors: [{name: a, start: s, end: e, pattern: p, more: 1}]}", "`more` is not a key of"),
        ("test: {interactive: [{name: a, prompts: p, script: []}]}", "`prompts` needs a list"),
        ("test: {interactive: [{name: a, prompts: [], script: [{command: c, wait: 1}]}]}", "`wait` is not a key of"),
        (
            """
            test:
                definitions:
                - {from: inline, name: a, path: a, timeout: 5, repository: {metadata: {name: a, format: f}}}
            """, "`timeout` needs a mapping"
        ),
        (
            """
            test:
                definitions:
                - {from: inline, name: a, path: a, repository: {metadata: {name: a, format: f}, runs: {}}}
            """, "`repository` needs text, or a test definition"
        ),
        (
            """
            test:
                definitions:
                - {from: url, name: a, path: a, repository: 'http://x/', revision: '1', shallow: true}
            """, "`shallow: true` cannot reach a `revision`"
        ),
    ])
    func refusesInActions(_ block: String, _ expected: String) {
        let found = errors(jobText("- \(block)"))
        #expect(found.count == 1 && found[0].contains(expected), "\(found)")
    }

    @Test(arguments: [
        "{u_boot: {seconds: 1}}", "{on: {seconds: 1}}", "{1: {seconds: 1}}", "{'': {seconds: 1}}", "~", "[]",
    ])
    func namesOfActionsHaveLettersAndHyphens(_ actions: String) {
        let text = jobText(command).replacing("{job: {minutes: 10}}", with: "{job: {minutes: 10}, actions: \(actions)}")
        #expect(errors(text).count == 1)
    }

    @Test(arguments: [
        ("{host_role: b, expect_role: b, count: 1}", "`host_role` cannot be `b`: no role has that name"),
        ("{host_role: a, count: 1}", "`host_role` needs `expect_role` beside it"),
        ("{expect_role: a, count: 1}", "`expect_role` needs `host_role` beside it"),
        ("{context: {arch: {}}, count: 1}", "`arch` needs text"),
        ("5", "the role `a` needs a mapping"),
    ])
    func rolesOfSeveralBoardsFitTogether(_ role: String, _ expected: String) {
        let text = jobText(command).replacing(
            "device_type: qemu", with: "protocols: {lava-multinode: {roles: {a: \(role)}}}")
        #expect(errors(text).contains { $0.contains(expected) })
    }

    @Test func anErrorReplacesTheWarningAtItsPlace() {
        let job = compiled(jobText(command).replacing("job_name: t", with: "job_name: yes"))
        #expect(
            job.diagnostics.map(\.description) == [
                "1:11: error: `job_name` needs text, but YAML reads `yes` as true or false; put it in quotes"
            ])
    }

    @Test func nothingIsSaidTwice() {
        #expect(errors("priority: urgent\n").count { $0.contains("priority") } == 1)
        #expect(errors(jobText(command).replacing("job_name: t", with: "job_name: [t]")).count == 1)
    }

    @Test func skipIsTakenWhereverLavaTakesIt() throws {
        let text = jobText(command).replacing("{minutes: 10}", with: "{minutes: 10, skip: true}")
        let job = compiled(text)
        #expect(job.plan != nil)
        #expect(job.diagnostics.map(\.message) == ["`skip` has an effect only in a test block"])
    }

    @Test func unknownKeysInNamedTimeoutsOfABlockAreWarnings() {
        let job = compiled(
            jobText("- boot: {method: minimal, prompts: [x], timeouts: {login-action: {minutes: 1, x: 2}}}"))
        #expect(job.plan != nil)
        #expect(job.diagnostics.map(\.severity) == [.warning])
    }

    @Test func manyWarningsHideNoError() {
        let keys = (0..<400).map { "k\($0): 1" }.joined(separator: ", ")
        let job = compiled(jobText("- boot: {method: minimal, prompts: [x], \(keys)}\n- boot: {method: nothing}"))
        #expect(job.plan == nil)
        #expect(job.diagnostics.contains { $0.severity == .error })
        #expect(job.diagnostics.count <= 201)
    }
}

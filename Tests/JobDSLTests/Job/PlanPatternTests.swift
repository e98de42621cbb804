import JobDSL
import LabModel
import Testing

@Suite struct PlanPatternTests {
    private let text = jobText(
        #"""
        - boot:
            method: u-boot
            commands: ramdisk
            prompts: ['p1', 'p2']
            auto_login: {login_prompt: 'login:', username: root, password_prompt: 'Password:', password: x}
            failure_message: gave up
            parameters: {kernel-start-message: Linux, bootloader-final-message: ''}
        - test:
            interactive:
            - name: i
              prompts: ['=> ']
              script:
              - {command: a, successes: [{message: good}], failures: [{message: bad}]}
        - test:
            monitors: [{name: m, start: s, end: e, pattern: mp}]
        - test:
            definitions:
            - from: inline
              name: d
              path: inline/d.yaml
              repository:
                metadata: {format: Lava-Test Test Definition 1.0, name: d}
                run: {steps: [x]}
                parse: {pattern: 'pp'}
        - power_cut:
            start: {run: x}
            trigger: {marker: tm}
            alive: {marker: am}
            prompts: ['# ']
        - command: {name: power_off}
        """#)

    @Test func everyExpressionOfAPlanIsListedWithItsPlace() throws {
        let job = compiled(text)
        let plan = try #require(job.plan, "\(job.diagnostics)")
        #expect(
            plan.patterns.map(\.pattern.expression) == [
                "p1", "p2", "Linux", "gave up", "login:", "Password:", "=> ", "good", "bad", "s", "e", "mp", "pp", "tm",
                "am", "# ",
            ])
        #expect(
            plan.patterns.map(\.what) == [
                "`prompts`", "`prompts`", "`kernel-start-message`", "`failure_message`", "`login_prompt`",
                "`password_prompt`", "`prompts` of the interactive test `i`", "`successes` of the interactive test `i`",
                "`failures` of the interactive test `i`", "`start` of the monitor `m`", "`end` of the monitor `m`",
                "`pattern` of the monitor `m`", "`parse` of the definition `d`", "`trigger.marker`", "`alive.marker`",
                "`prompts`",
            ])
        #expect(plan.patterns.map(\.position.line) == [6, 6, 6, 6, 6, 6, 13, 13, 13, 19, 19, 19, 23, 30, 30, 30])
    }

    @Test func aPlanWithoutExpressionsHasNone() throws {
        #expect(try #require(compiled(jobText("- command: {name: power_on}")).plan).patterns.isEmpty)
    }
}

import JobDSL
import LabModel
import Testing

@Suite struct PowerCutTests {
    private let boot = "- boot: {method: minimal, prompts: ['# ']}"

    private func cut(_ body: String) throws -> PowerCutAction {
        let job = compiled(jobText(boot + "\n" + body))
        let plan = try #require(job.plan, "\(job.diagnostics)")
        guard case .powerCut(let cut) = plan.blocks[1].action else { throw TestProblem(plan.blocks[1].action) }
        return cut
    }

    @Test func readsEveryKey() throws {
        let cut = try cut(
            #"""
            - power_cut:
                name: slot-copy
                on: real
                start: {run: "update-ab"}
                trigger: {marker: 'copied 50', delay: {milliseconds: 200}}
                off_for: 3s
                alive: {marker: 'LABD-UP version=(?<version>\S+) slot=(?<slot>\S+)', within: 60s, max_boots: 5}
                whole: {run: slot-check}
                checks: [{name: data-intact, run: check-data}]
                versions: {old: v1, new: 2.10}
                allow: [old, fell-back]
                prompts: ['# ']
                timeout: {minutes: 5}
                failure_retry: 2
            """#)
        #expect(
            cut
                == PowerCutAction(
                    name: "slot-copy", run: "update-ab",
                    trigger: PowerCutAction.Trigger(marker: "copied 50", delay: .milliseconds(200)),
                    offFor: .seconds(3),
                    alive: PowerCutAction.Alive(
                        marker: #"LABD-UP version=(?<version>\S+) slot=(?<slot>\S+)"#, within: .seconds(60), maxBoots: 5
                    ),
                    whole: "slot-check", checks: [PowerCutAction.Check(name: "data-intact", run: "check-data")],
                    oldVersion: "v1", newVersion: "2.10", allowed: [.old, .fellBack], prompts: ["# "]))
    }

    @Test func hasDefaults() throws {
        let cut = try cut("- power_cut: {start: {run: x}, trigger: {delay: 0.5}, alive: {marker: up}}")
        #expect(
            cut
                == PowerCutAction(
                    name: "power-cut", run: "x", trigger: PowerCutAction.Trigger(delay: .milliseconds(500)),
                    alive: PowerCutAction.Alive(marker: "up")))
    }

    @Test(arguments: [
        ("of_for: 2s", "7:73: error: `of_for` is not a key of `power_cut`; did you mean `off_for`?"),
        ("namespace: x", "7:73: error: `namespace` is not a key of `power_cut`"),
        ("off_for: 0", "7:82: error: `off_for` must be longer than zero"),
        ("on: paper", "7:77: error: `on` cannot be `paper`; it is one of real, virtual"),
        ("allow: [old, neww]", "7:86: error: an outcome of `allow` cannot be `neww`; did you mean `new`?"),
        ("allow: []", "7:73: error: `allow` needs at least one outcome"),
        ("checks: [{name: a}]", "7:82: error: an entry of `checks` needs `run`"),
        ("checks: [{name: a b, run: c}]", "7:83: error: `name` must be one word in `a b`"),
        ("whole: check", "7:80: error: `whole` needs a mapping, not `check`"),
        ("name: 'a b'", "7:73: error: `name` must be one word in `a b`"),
        ("versions: {odl: a}", "7:84: error: `odl` is not a key of `versions`; did you mean `old`?"),
    ])
    func isClosed(_ key: String, _ expected: String) {
        let text = jobText(boot + "\n- power_cut: {start: {run: x}, trigger: {delay: 1}, alive: {marker: u}, \(key)}")
        #expect(errors(text) == [expected])
    }

    @Test(arguments: [
        ("{trigger: {delay: 1}, alive: {marker: u}}", "`power_cut` needs `start`"),
        ("{start: {run: x}, alive: {marker: u}}", "`power_cut` needs `trigger`"),
        ("{start: {run: x}, trigger: {}, alive: {marker: u}}", "`trigger` needs `marker`, `delay` or both"),
        ("{start: {run: x}, trigger: {delay: 1}, alive: {}}", "`alive` needs `marker`"),
        (
            "{start: {run: x}, trigger: {delay: 1}, alive: {marker: u, max_boots: 0}}",
            "`max_boots` must be from 1 to 100"
        ),
        ("{start: {run: \"a\\nb\"}, trigger: {delay: 1}, alive: {marker: u}}", "`run` must be one line"),
    ])
    func needsItsParts(_ body: String, _ expected: String) {
        let found = errors(jobText("\(boot)\n- power_cut: \(body)"))
        #expect(found.count == 1)
        #expect(found.first?.contains(expected) == true, "\(found)")
    }

    @Test func itsTimeMustAllowAVerdict() {
        func found(_ timeout: String) -> [String] {
            let alive = "alive: {marker: u, within: 60s}"
            return errors(
                jobText(
                    "\(boot)\n- power_cut: {start: {run: x}, trigger: {delay: 1}, off_for: 5s, \(alive), "
                        + "timeout: {seconds: \(timeout)}}"))
        }
        #expect(found("65").isEmpty)
        #expect(
            found("64") == [
                "7:108: error: `timeout` of 64.0 seconds is shorter than `off_for` and `alive.within` together, "
                    + "5.0 seconds and 60.0 seconds; a board that does not come back could not be judged"
            ])
    }

    @Test(arguments: [
        (#"up"#, true), (#"up (?:now) \(1\) [(]"#, true), (#"(?<=x)up(?!y)"#, true), (#"\Q(x)\E"#, true),
        (#"[]()]"#, true), (#"v(\S+)"#, false), (#"(?<version>\S+)"#, false), (#"(?P<version>\S+)"#, false),
        (#"\Q(\E(x)"#, false),
    ])
    func versionsNeedAGroupInTheMarker(_ marker: String, _ warns: Bool) {
        func warnings(_ versions: String) -> [String] {
            let cut = "{start: {run: x}, trigger: {delay: 1}, alive: {marker: '\(marker)'}\(versions)}"
            return compiled(jobText("\(boot)\n- power_cut: \(cut)")).diagnostics.map(\.message)
        }
        let warning = "`alive.marker` has no group that tells the version, so `versions` cannot be compared"
        #expect(warnings(", versions: {old: a, new: b}") == (warns ? [warning] : []))
        #expect(warnings("").isEmpty)
    }

    @Test func needsABootedBoard() {
        let body = "- power_cut: {start: {run: x}, trigger: {delay: 1}, alive: {marker: u}}"
        #expect(errors(jobText(body)) == ["6:3: error: `power_cut` needs a booted board; put a `boot` block before it"])
    }
}

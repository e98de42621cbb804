import JobDSL
import LabModel
import Testing

@Suite struct JobTopLevelTests {
    private let command = "- command: {name: power_on}"

    @Test func readsEveryKey() throws {
        let job = compiled(
            """
            job_name: everything
            visibility: {group: [dev, ops]}
            device_type: qemu
            device: qemu-01
            worker: w1
            priority: high
            tags: [fast, usb]
            context: {arch: arm64, extra_options: ['-smp', 2], boot_retry: 3, no_network: yes}
            metadata: {source: here, build: 12, 3: three}
            environment: {LANG: C, COUNT: 3}
            secrets: {TOKEN: abc}
            notify: {criteria: {status: complete}, callback: {url: 'http://x/'}}
            reboot_to_fastboot: false
            timeouts:
              job: {hours: 1}
              action: {minutes: 5}
              connection: {seconds: 30}
              queue: {days: 2}
              actions: {auto-login-action: {minutes: 2}, made-up: {seconds: 1}}
              connections: {lava-test-shell: {seconds: 10}}
            actions: [{command: {name: power_on}}]
            """)
        let plan = try #require(job.plan, "\(job.diagnostics)")
        #expect(job.diagnostics.isEmpty)
        #expect(plan.name == "everything")
        #expect(plan.visibility == .groups(["dev", "ops"]))
        #expect(plan.deviceType?.rawValue == "qemu")
        #expect(plan.board?.rawValue == "qemu-01")
        #expect(plan.worker == "w1")
        #expect(plan.priority == 100)
        #expect(plan.tags == ["fast", "usb"])
        #expect(plan.context == ["arch": "arm64", "extra_options": ["-smp", 2], "boot_retry": 3, "no_network": true])
        #expect(plan.metadata == ["source": "here", "build": 12, "3": "three"])
        #expect(plan.environment == ["LANG": "C", "COUNT": "3"])
        #expect(plan.secrets == ["TOKEN": "abc"])
        #expect(plan.notify?["callback"]?["url"] == "http://x/")
        #expect(
            plan.timeouts
                == JobTimeouts(
                    job: .seconds(3600), action: .seconds(300), connection: .seconds(30), queue: .seconds(172_800),
                    actions: ["auto-login-action": .seconds(120), "made-up": .seconds(1)],
                    connections: ["lava-test-shell": .seconds(10)]))
        #expect(plan.unsupported.isEmpty)
    }

    @Test(arguments: [("high", 100), ("medium", 50), ("low", 0), ("77", 77), ("-5", -5)])
    func priorities(_ text: String, _ expected: Int) {
        #expect(compiled(jobText(command, more: "priority: \(text)")).plan?.priority == expected)
    }

    @Test func priorityIsMediumByDefault() {
        #expect(compiled(jobText(command)).plan?.priority == 50)
    }

    @Test(arguments: [
        ("timeout: {}", "8:1: error: `timeout` is not a key of a job; did you mean `timeouts`?"),
        ("Tags: []", "8:1: error: `Tags` is not a key of a job; did you mean `tags`?"),
        ("zzzzzz: 1", "8:1: error: `zzzzzz` is not a key of a job"),
        ("priority: hihg", "8:11: error: `priority` cannot be `hihg`; did you mean `high`?"),
        ("priority: [1]", "8:11: error: `priority` needs a whole number, not a list"),
        ("tags: fast", "8:7: error: `tags` needs a list, not `fast`"),
        (
            "context: {archh: arm}",
            "8:11: error: `archh` is not a variable that `context` may set; did you mean `arch`?"
        ),
        ("context: {arch: {a: b}}", "8:17: error: `arch` needs text, a number or a list of them, not a mapping"),
        ("metadata: x", "8:11: error: `metadata` needs a mapping, not `x`"),
        ("notify: {verbosity: quiet}", "8:9: error: `notify` needs `criteria`"),
        (
            "notify: {criteria: {status: compleet}}",
            "8:29: error: `status` cannot be `compleet`; did you mean `complete`?"
        ),
        (
            "protocols: {lava-multinod: {}}",
            "8:13: error: a protocol cannot be `lava-multinod`; did you mean `lava-multinode`?"
        ),
        ("protocols: {lava-lxc: {}}", "8:13: error: the protocol `lava-lxc` was removed from LAVA"),
    ])
    func refusesAtTheGate(_ line: String, _ expected: String) {
        #expect(errors(jobText(command, more: "\n" + line)) == [expected])
    }

    @Test func refusesShellNamesThatNoShellTakes() {
        let found = errors(jobText(command, more: "environment: {A-B: 1}\nsecrets: {1X: y}"))
        #expect(found.count == 2)
        #expect(found.allSatisfy { $0.contains("is not a name that a shell variable can have") })
    }

    @Test func namesEverythingThatIsMissingAtOnce() {
        let found = errors("job_nam: x\n")
        #expect(
            found == [
                "1:1: error: a job needs `job_name`; `job_nam` may be meant to be it",
                "1:1: error: a job needs `visibility`", "1:1: error: a job needs `timeouts`",
                "1:1: error: a job needs `device_type`", "1:1: error: a job needs `actions`",
                "1:1: error: `job_nam` is not a key of a job; did you mean `job_name`?",
            ])
    }

    @Test(arguments: [
        ("{}", "`timeouts` needs `job`"),
        ("{job: 5}", "`job` needs a mapping, not `5`"),
        ("{job: {}}", "`job` needs exactly one of days, hours, minutes or seconds"),
        ("{job: {minutes: 1, seconds: 1}}", "`job` needs exactly one of"),
        ("{job: {minutes: 0}}", "`minutes` must be from 1 to"),
        ("{job: {minute: 1}}", "`minute` is not a key of `job`; did you mean `minutes`?"),
        ("{job: {minutes: 1}, acton: {seconds: 1}}", "`acton` is not a key of `timeouts`; did you mean `action`?"),
        ("{job: {minutes: 1}, actions: {x: 1}}", "`x` needs a mapping, not `1`"),
    ])
    func refusesWrongTimeouts(_ timeouts: String, _ expected: String) {
        let text = "job_name: t\nvisibility: public\ndevice_type: q\ntimeouts: \(timeouts)\nactions:\n\(command)\n"
        #expect(errors(text).contains { $0.contains(expected) })
    }

    @Test(arguments: ["public", "personal"])
    func visibilityWords(_ word: String) throws {
        let text = jobText(command).replacing("visibility: public", with: "visibility: \(word)")
        #expect(compiled(text).plan?.visibility == (word == "public" ? .public : .personal))
    }

    @Test(arguments: ["job_name: ''", "job_name: \(String(repeating: "x", count: 201))"])
    func boundsTheName(_ line: String) {
        #expect(
            errors(jobText(command).replacing("job_name: t", with: line)).first?.contains("it needs 1 to 200") == true)
    }

    @Test func warnsOfTextThatLavaReadsOtherwise() throws {
        let job = compiled(jobText("- boot: {method: minimal, prompts: [x], failure_message: yes}"))
        #expect(job.plan != nil)
        #expect(job.diagnostics.map(\.severity) == [.warning])
    }

    @Test func namesCountCodePoints() {
        let name = String(repeating: "e\u{301}", count: 150)
        #expect(errors(jobText(command).replacing("job_name: t", with: "job_name: \(name)")).count == 1)
    }

    @Test func whatABoardIsAskedForStandsWhereItIsNamed() {
        #expect(compiled(jobText(command)).plan?.deviceTypePosition == SourcePosition(line: 3, column: 14))
    }

    @Test func multinodeIsKept() throws {
        let text = """
            job_name: t
            visibility: public
            timeouts: {job: {minutes: 10}}
            protocols: {lava-multinode: {roles: {a: {device_type: q, count: 1}}}}
            actions:
            - command: {name: power_on, role: [a]}
            """
        let plan = try #require(compiled(text).plan)
        #expect(plan.deviceType?.rawValue == "q")
        #expect(plan.protocols?["lava-multinode"]?["roles"]?["a"]?["count"] == 1)
        #expect(plan.unsupported.isEmpty)
        #expect(plan.blocks[0].roles == ["a"])
        #expect(errors(text + "\ntags: [x]").count == 1)
    }

    @Test func takesExtraContextVariables() {
        let text = jobText(command, more: "context: {my_variable: 1}")
        #expect(compiled(text).plan == nil)
        #expect(JobCompiler(extraContextKeys: ["my_variable"]).compile(text).plan?.context == ["my_variable": 1])
    }

    @Test func positionsCarryTheFile() {
        let job = JobCompiler().compile("x: 1", file: "jobs/a.yaml")
        #expect(job.diagnostics.first?.position.file == "jobs/a.yaml")
        #expect(job.plan == nil)
    }
}

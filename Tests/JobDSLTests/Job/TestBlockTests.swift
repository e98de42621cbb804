import JobDSL
import LabModel
import Testing

@Suite struct TestBlockTests {
    private func requests(_ definitions: String) throws -> [TestDefinitionRequest] {
        let action = try onlyAction("- test:\n    definitions:\n\(definitions)")
        guard case .test(let test) = action, case .definitions(let requests) = test.content else {
            throw TestProblem(action)
        }
        return requests
    }

    @Test func readsAnInlineDefinition() throws {
        let request = try #require(
            try requests(
                """
                    - name: smoke_1-a
                      from: inline
                      path: inline/smoke.yaml
                      lava-signal: kmsg
                      expected: [one]
                      skip_install: [deps, all]
                      parameters: {B: 2, A: 'x y', DEBUG: true}
                      params: {A: z}
                      repository:
                        metadata: {format: Lava-Test Test Definition 1.0, name: smoke, description: d, os: [debian]}
                        params: {A: default}
                        install:
                          deps: [curl, git]
                          deps-fedora: [dnf]
                          keys: [k]
                          sources: [s]
                          steps: [make]
                          git-repos: ['http://x/a.git', {url: 'http://x/b.git', branch: main, destination: b}]
                        run:
                          steps:
                          - lava-test-case a --shell true
                          - |
                            echo "two"
                            echo lines
                        parse: {pattern: '(?P<test_case_id>.*) (?P<result>.*)', fixupdict: {OK: pass}}
                        expected: [a]
                """
            ).first)
        #expect(request.name == "smoke_1-a")
        #expect(request.path == "inline/smoke.yaml")
        #expect(request.usesKernelMessages)
        #expect(request.expected == ["one"])
        #expect(request.skipInstall == ["deps", "all"])
        #expect(
            request.parameters == [
                ShellVariable(name: "B", value: "2"), ShellVariable(name: "DEBUG", value: "true"),
                ShellVariable(name: "A", value: "z"),
            ])
        guard case .inline(let definition) = request.source else { return #expect(Bool(false), "not inline") }
        #expect(definition.name == "smoke")
        #expect(definition.steps == ["lava-test-case a --shell true", "echo \"two\"\necho lines\n"])
        #expect(definition.install.dependenciesByOS == ["fedora": ["dnf"]])
        #expect(definition.install.gitRepositories.map(\.destination) == [nil, "b"])
        #expect(definition.parse?.fixups == ["OK": "pass"])
        #expect(definition.expected == ["a"])
        #expect(definition.parameters == [ShellVariable(name: "A", value: "default")])
        // The text that goes to the board is the same definition again.
        var again = try TestDefinitionFileReader().read(definition.text, file: "testdef.yaml")
        again.text = definition.text
        #expect(again == definition)
    }

    @Test func readsGitAndURLSources() throws {
        let both = try requests(
            """
                - {name: a, from: git, repository: 'https://x/r.git', path: a.yaml, branch: main, history: false, recursive: true}
                - {name: b, from: git, repository: 'https://x/r.git', path: a.yaml, revision: 1234567}
                - {name: c, from: url, repository: 'https://x/r.tgz', path: a.yaml, compression: gz, strip-components: 1}
            """)
        #expect(
            both[0].source
                == .git(
                    TestDefinitionRequest.GitSource(
                        repository: "https://x/r.git", branch: "main", keepsHistory: false, isRecursive: true)))
        #expect(
            both[1].source
                == .git(
                    TestDefinitionRequest.GitSource(
                        repository: "https://x/r.git", revision: "1234567", isShallow: false, keepsHistory: true)))
        #expect(
            both[2].source
                == .url(TestDefinitionRequest.URLSource(url: "https://x/r.tgz", compression: .gz, stripComponents: 1)))
    }

    @Test(arguments: [
        ("name: a.b, from: git, repository: r, path: p", "`a.b` cannot name a test definition"),
        ("name: lava, from: git, repository: r, path: p", "`lava` is the name of the lab's own results"),
        ("name: a, from: bzr, repository: r, path: p", "`from` cannot be `bzr`"),
        ("name: a, from: git, path: p", "a test definition needs `repository`"),
        ("name: a, from: git, repository: r", "a test definition needs `path`"),
        ("name: a, from: git, repository: r, path: ../../etc", "`path` must stay inside the repository"),
        ("name: a, from: git, repository: r, path: p, revision: f00, shallow: true", "cannot reach a `revision`"),
        ("name: a, from: git, repository: '--upload-pack=x', path: p", "`repository` must not begin with `-`"),
        (
            "name: a, from: git, repository: r, path: p, parameters: {A-B: 1}",
            "is not a name that a shell variable can have"
        ),
        ("name: a, from: git, repository: r, path: p, lava-signal: kmesg", "did you mean `kmsg`?"),
        ("name: a, from: inline, repository: r, path: p", "the test definition needs a mapping, not `r`"),
        ("name: a, from: inline, repository: {run: {steps: [x]}}, path: p", "the test definition needs `metadata`"),
    ])
    func refusesWrongDefinitions(_ keys: String, _ expected: String) {
        let found = errors(jobText("- test: {definitions: [{\(keys)}]}"))
        #expect(found.count == 1)
        #expect(found.first?.contains(expected) == true, "\(found)")
    }

    @Test func namesAreUniqueInAJob() {
        let one = "- test: {definitions: [{name: a, from: git, repository: r, path: p}]}"
        #expect(
            errors(jobText(one + "\n" + one)) == [
                "7:31: error: the test definition `a` has the name of the one at line 6; names are unique in a job"
            ])
    }

    @Test func readsInteractiveTests() throws {
        let action = try onlyAction(
            """
            - test:
                name: dialogue
                interactive:
                - name: uboot
                  prompts: ['=> ']
                  echo: discard
                  expected: [dhcp]
                  script:
                  - {command: dhcp, name: dhcp, delay: 2, successes: [{message: bound}], failures: [{message: TIMEOUT, exception: InfrastructureError, error: no lease}]}
                  - {command: null, wait_for_prompt: false}
                  - command: ""
            """)
        let script = InteractiveScript(
            name: "uboot", prompts: ["=> "], discardsEcho: true, expected: ["dhcp"],
            steps: [
                InteractiveScript.Step(
                    command: "dhcp", name: "dhcp", delay: .seconds(2), successes: ["bound"],
                    failures: [
                        InteractiveScript.Failing(message: "TIMEOUT", errorType: .infrastructure, error: "no lease")
                    ]),
                InteractiveScript.Step(command: nil, waitsForPrompt: false),
                InteractiveScript.Step(command: ""),
            ])
        #expect(action == .test(TestAction(name: "dialogue", content: .interactive([script]))))
    }

    @Test func readsMonitors() throws {
        let action = try onlyAction(
            "- test: {monitors: [{name: m, start: BEGIN, end: END, pattern: '(?P<result>x)', fixupdict: {x: pass}, expected: [a]},"
                + " {name: n, start: s, end: e, pattern: p}]}")
        let monitors = [
            MonitorRequest(
                name: "m", start: "BEGIN", end: "END", pattern: "(?P<result>x)", fixups: ["x": "pass"], expected: ["a"]),
            MonitorRequest(
                name: "n", start: "s", end: "e", pattern: "p",
                fixups: ["PASS": "pass", "FAIL": "fail", "SKIP": "skip", "UNKNOWN": "unknown"]),
        ]
        #expect(action == .test(TestAction(content: .monitors(monitors))))
    }

    @Test(arguments: [
        ("{}", "`test` needs one of definitions, interactive, monitors, services"),
        ("{definitions: [], monitors: []}", "`test` takes only one of definitions, monitors"),
        ("{definitions: []}", "`definitions` needs at least one entry"),
        ("{monitors: [{name: m, start: s, end: e}]}", "a monitor needs `pattern`"),
        ("{monitors: [{name: m, start: s, end: e, pattern: p, fixupdict: {a: good}}]}", "`a` cannot be `good`"),
        ("{interactive: [{name: i, prompts: [p], script: [{name: x}]}]}", "a step of `script` needs `command`"),
        (
            "{interactive: [{name: i, prompts: [p], script: [{command: c, failures: [{message: m, exception: JobErr}]}]}]}",
            "`exception` cannot be `JobErr`"
        ),
        ("{interactive: [{name: i, prompts: [p], echo: keep, script: []}]}", "`echo` cannot be `keep`"),
    ])
    func refusesWrongTests(_ test: String, _ expected: String) {
        let found = errors(jobText("- test: \(test)"))
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test func relaysInInteractiveTestsDoNotRun() throws {
        let plan = try #require(
            compiled(jobText("- test: {interactive: [{name: i, prompts: [p], script: [{lava-sync: x}]}]}")).plan)
        #expect(plan.unsupported.map(\.name) == ["interactive `lava-sync`"])
    }

    @Test func readsDefinitionFiles() throws {
        let text = "metadata: {format: Lava-Test Test Definition 1.0, name: n}\nparams: {A: 1}\nrun: {steps: [a]}\n"
        let definition = try TestDefinitionFileReader().read(text, file: "a.yaml")
        #expect(
            definition
                == TestDefinition(
                    name: "n", parameters: [ShellVariable(name: "A", value: "1")], steps: ["a"], text: text))
    }

    @Test(arguments: [
        ("run: {steps: [a]}", "a.yaml:1:1"), ("metadata: {format: x, name: n}\nrun:\n  steps: {a: b}", "a.yaml:3:10"),
        ("[", "a.yaml:2:1"),
    ])
    func definitionFilesFailAsTheJobsFault(_ text: String, _ place: String) {
        #expect {
            _ = try TestDefinitionFileReader().read(text + "\n", file: "a.yaml")
        } throws: { error in
            (error as? Failure)?.type == .job && (error as? Failure)?.place == place
        }
    }
}

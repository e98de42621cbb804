import JobDSL
import LabModel
import Testing

/// Multinode jobs: roles, and the plans they make.
@Suite struct MultinodeTests {
    /// A group of one server and two clients, as LAVA takes it.
    static let group = """
        job_name: three boards
        visibility: public
        priority: high
        timeouts: {job: {minutes: 10}}
        metadata: {build: 7}
        protocols:
          lava-multinode:
            timeout: {minutes: 2}
            roles:
              server:
                device_type: rpi4
                count: 1
                essential: true
                tags: [usb]
                context: {extra_kernel_args: quiet}
                environment: {PORT: '80'}
              client: {device_type: qemu, count: 2}
        actions:
        - boot: {method: minimal, prompts: ['# '], role: [server, client]}
        - test:
            role: server
            definitions:
            - {from: git, name: work, path: server.yaml, repository: 'http://x/y'}
        - test:
            role: [client]
            definitions:
            - {from: git, name: work, path: client.yaml, repository: 'http://x/y'}
        - command: {name: power_off, role: [client, server]}
        """

    @Test func everyPlaceOfEveryRoleIsAJob() throws {
        let job = compiled(Self.group)
        #expect(job.diagnostics.isEmpty)
        #expect(job.groups.count == 1)
        let plans = try #require(job.groups.first)
        #expect(plans.map(\.role?.name) == ["server", "client", "client"])
        #expect(plans.map(\.role?.isEssential) == [true, false, false])
        #expect(plans.map(\.role?.waitLimit) == Array(repeating: .seconds(120), count: 3))
        #expect(plans.map(\.deviceType?.rawValue) == ["rpi4", "qemu", "qemu"])
        #expect(plans.map(\.tags) == [["usb"], [], []])
        #expect(plans.map(\.environment) == [["PORT": "80"], [:], [:]])
        #expect(plans[0].context == ["extra_kernel_args": "quiet"])
        #expect(Set(plans.map(\.name)) == ["three boards"])
        #expect(plans.allSatisfy { $0.priority == 100 && $0.metadata["build"] == 7 && $0.unsupported.isEmpty })
        #expect(plans[1] == plans[2])
    }

    @Test func eachRoleHasItsOwnBlocksInOrder() throws {
        let plans = try #require(compiled(Self.group).groups.first)
        #expect(plans[0].blocks.map(\.action.kind) == ["boot", "test", "command"])
        #expect(plans[0].blocks.map(\.index) == [0, 1, 2])
        #expect(plans[1].blocks.map(\.position.line) == [19, 24, 28])
        guard case .test(let test) = plans[1].blocks[1].action, case .definitions(let requests) = test.content else {
            Issue.record("not a test")
            return
        }
        #expect(requests.map(\.path) == ["client.yaml"])
        #expect(plans[0].deviceTypePosition == SourcePosition(line: 11, column: 22))
    }

    /// What is wrong, and where.
    @Test(arguments: [
        ("count: 1\n", "worker: w\n", "11:9: error: the role `server` needs `count`"),
        ("device_type: rpi4", "worker: w", "11:9: error: the role `server` needs `device_type`"),
        ("device_type: rpi4", "connection: ssh", "11:9: error: the role `server` needs `host_role`"),
        ("count: 1\n", "count: -1\n", "12:16: error: `count` must be from 0 to 100, not -1"),
        ("count: 2", "count: 100", "10:7: error: the boards of all roles must be from 1 to 100, not 101"),
        ("count: 2", "count: 2, device: q1", "17:35: error: `count` must be from 0 to 1 with `device`, not 2"),
        ("role: [server, client]}", "}", "19:9: error: `boot` needs `role`"),
        ("extra_kernel_args", "extra_args", "15:19: error: `extra_args` is not a variable that `context` may set"),
        ("essential: true", "essential: perhaps", "13:20: error: `essential` needs true or false"),
        ("environment: {PORT", "environment: {P-T", "16:23: error: `P-T` in `environment` is not a name"),
    ])
    func aMistakeIsFoundInItsPlace(_ text: String, _ mistake: String, _ expected: String) {
        let found = errors(Self.group.replacing(text, with: mistake, maxReplacements: 1))
        #expect(found.contains { $0.hasPrefix(expected) }, "\(found)")
    }

    @Test func aRoleWithoutBlocksHasNothingToDo() {
        let found = errors(
            Self.group.replacing("[server, client]", with: "server").replacing("[client, ", with: "[")
                .replacing("role: [client]", with: "role: server").replacing(
                    "name: work, path: client", with: "name: b, path: client"))
        #expect(
            found == [
                "17:7: error: the role `client` needs at least one block of `actions`; name it in the `role` of a block"
            ])
    }

    @Test func anUnknownRoleOfABlockIsAWarning() {
        let job = compiled(Self.group.replacing("role: [client]", with: "role: [client, clientt]"))
        #expect(job.plan != nil)
        #expect(
            job.diagnostics.map(\.description) == [
                "25:20: warning: no role has the name `clientt`; did you mean `client`?"
            ])
    }

    @Test func namesOfDefinitionsAreUniqueInARoleAndNotBeyond() {
        let found = errors(Self.group.replacing("role: server\n", with: "role: [server, client]\n"))
        #expect(found.count == 1 && found[0].contains("`work` has the name of the one at line 23"), "\(found)")
    }

    @Test func whatTheJobMayNotSayForAllRoles() {
        for key in ["device_type: qemu", "tags: [a]", "context: {}", "environment: {A: b}"] {
            let found = errors(Self.group + "\n" + key)
            #expect(found.contains { $0.contains("belongs to the roles of `lava-multinode`") }, "\(found)")
        }
    }

    @Test func guestsOfABoardDoNotRun() throws {
        let guest = """
                  client:
                    {connection: ssh, count: 2, host_role: server, expect_role: server, request: lava-start}
            """
        let job = compiled(Self.group.replacing("      client: {device_type: qemu, count: 2}", with: guest))
        #expect(job.diagnostics.filter { $0.severity == .error }.isEmpty, "\(job.diagnostics)")
        #expect(job.unsupported.map(\.name) == ["connection `ssh` of a role"])
        #expect(job.unsupported.first?.position.line == 18)
    }

    @Test func aRoleWithoutPlacesMakesNoJob() throws {
        let plans = try #require(compiled(Self.group.replacing("count: 2", with: "count: 0")).groups.first)
        #expect(plans.map(\.role?.name) == ["server"])
        #expect(
            errors(Self.group.replacing("count: 2", with: "count: 0").replacing("count: 1", with: "count: 0")).count
                == 1)
    }

    @Test func actionsCallTheGroup() throws {
        let text = Self.group.replacing(
            "role: [server, client]}",
            with: """
                role: [server, client], protocols: {lava-multinode: [
                    {action: reset-device, request: lava-wait, messageID: ipv4, message: {ip: $ip}, timeout: {minutes: 1}},
                    {action: login-action, request: lava_send, messageID: up}, {action: x, request: lava-start},
                    {action: y, request: lava-wait-all, messageID: up, role: client}]}}
                """)
        let job = compiled(text)
        let block = try #require(job.plan?.blocks.first, "\(job.diagnostics)")
        #expect(
            block.groupCalls == [
                GroupCall(
                    verb: .wait, message: "ipv4", values: ["ip": "$ip"], timeout: .seconds(60), action: "reset-device"),
                GroupCall(verb: .send, message: "up", action: "login-action"),
                GroupCall(verb: .start, message: "lava_start", action: "x"),
                GroupCall(verb: .waitAll, message: "up", role: "client", action: "y"),
            ])
    }

    @Test(arguments: [
        ("{request: lava-wait, messageID: a}", "needs `action`"), ("{action: x, messageID: a}", "needs `request`"),
        ("{action: x, request: lava-wait}", "needs `messageID`"),
        ("{action: x, request: lava-wai, messageID: a}", "did you mean `lava-wait`?"),
        ("{action: x, request: lava-wait-all, messageID: a, role: b}", "`role` cannot be `b`"),
    ])
    func aCallThatCannotBeMadeIsRefused(_ call: String, _ expected: String) {
        let text = Self.group.replacing(
            "role: [server, client]}", with: "role: [server, client], protocols: {lava-multinode: [\(call)]}}")
        let found = errors(text)
        #expect(found.count == 1 && found[0].contains(expected), "\(found)")
    }

    @Test func scriptsTalkToTheGroup() throws {
        let text = """
            job_name: t
            visibility: public
            timeouts: {job: {minutes: 10}}
            protocols: {lava-multinode: {roles: {a: {device_type: sim, count: 1}, b: {device_type: sim, count: 1}}}}
            actions:
            - test:
                role: [a, b]
                interactive:
                - name: talk
                  prompts: ['# ']
                  script:
                  - {name: told, lava-send: up ip=10.0.0.1 port=80}
                  - {lava-wait-all: up b}
                  - {lava-sync: done}
            """
        let job = compiled(text)
        let plan = try #require(job.plan, "\(job.diagnostics)")
        guard case .test(let test) = plan.blocks[0].action, case .interactive(let scripts) = test.content else {
            Issue.record("not a script")
            return
        }
        #expect(
            scripts[0].steps.map(\.groupCall) == [
                GroupCall(verb: .send, message: "up", values: ["ip": "10.0.0.1", "port": "80"]),
                GroupCall(verb: .waitAll, message: "up", role: "b"), GroupCall(verb: .sync, message: "done"),
            ])
        #expect(plan.unsupported.isEmpty)
    }

    @Test func aPowerCutHasARoleToo() throws {
        let cut = """
            - power_cut:
                role: [server]
                name: cut
                start: {run: x}
                trigger: {marker: y}
                off_for: 1s
                alive: {marker: up, within: 10s}
            """
        let job = compiled(Self.group + "\n" + cut)
        #expect(job.groups.first?.map(\.blocks.count) == [4, 3, 3], "\(job.diagnostics)")
    }
}

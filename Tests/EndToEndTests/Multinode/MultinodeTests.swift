import Foundation
import LabWire
import Testing

/// Groups of jobs through the real daemon: their boards are shells of the host, their helpers run for real.
@Suite(.serialized) struct MultinodeTests {
    @Test func twoRolesTalk() async throws {
        try await GroupBench.with(boards: 2) { bench in
            let text = bench.text(
                "two",
                [
                    GroupBench.Role(
                        name: "server", more: "essential: true",
                        steps: [
                            "lava-test-case role --shell '[ \"$(lava-role)\" = server ]'",
                            "lava-test-case group --shell '[ \"$(lava-group | wc -l)\" -eq 2 ]'",
                            "lava-test-case self --shell '[ \"$(lava-group server)\" = \"$(lava-self)\" ]'",
                            "lava-test-case roles --shell '[ \"$(lava-role list | tr \"\\n\" ,)\" = client,server, ]'",
                            "lava-send address ip=10.1.2.3 port=8080", "lava-sync finished",
                        ]),
                    GroupBench.Role(
                        name: "client",
                        steps: [
                            "lava-wait address",
                            "lava-test-case ip --shell 'grep -q \"^$(lava-group server):ip=10.1.2.3\\$\" told'",
                            "lava-test-case port --shell '[ \"$(grep port told | cut -d = -f 2)\" = 8080 ]'",
                            "lava-sync finished",
                        ]),
                ])
            let submitted = try await bench.submit(text)
            #expect(submitted.jobs?.map(\.number) == ["1.0", "1.1"])
            #expect(submitted.jobs?.map(\.role) == ["server", "client"])
            let server = try await bench.lab.ending(submitted.ids[0])
            let client = try await bench.lab.ending(submitted.ids[1])
            #expect(
                [server.job.health, client.job.health] == ["Complete", "Complete"],
                "\(server.failure) \(client.failure)")
            #expect(
                server.cases == [
                    "0_server/role: pass", "0_server/group: pass", "0_server/self: pass", "0_server/roles: pass",
                    "0_server/multinode-send-address: pass", "0_server/multinode-sync-finished: pass",
                ])
            #expect(
                client.cases == [
                    "0_client/multinode-wait-address: pass", "0_client/ip: pass", "0_client/port: pass",
                    "0_client/multinode-sync-finished: pass",
                ])
            #expect(
                client.results.contains { $0.suite == "lava" && $0.name == "multinode-test" && $0.result == "pass" })
            #expect(server.job.group?.number == "1.0" && server.job.group?.essential == true)
            #expect(server.job.group?.jobs?.map(\.health) == ["Complete", "Complete"])
            let shown = try await bench.daemon.ctl(["job", "\(submitted.ids[1])"]).output
            #expect(
                shown.contains("1.1, role client; 2 jobs that run together")
                    && shown.contains("1.0 (job 1) server: Complete on host-"))
        }
    }

    @Test func threeRolesWaitForAllOfOne() async throws {
        try await GroupBench.with(boards: 4) { bench in
            let worker = { (name: String) in
                [
                    "lava-sync begin", "lava-send work from=$(lava-self) by=\(name)", "lava-wait verdict",
                    "lava-test-case verdict --shell 'grep -q :all=3 told'", "lava-sync end",
                ]
            }
            let text = bench.text(
                "three",
                [
                    GroupBench.Role(
                        name: "judge",
                        steps: [
                            "lava-sync begin", "lava-wait-all work maker",
                            "lava-test-case makers --shell '[ $(grep -c :by=maker told) -eq 2 ]'",
                            "lava-send work from=$(lava-self) by=judge", "lava-wait-all work",
                            "lava-test-case all --shell '[ $(grep -c :from= told) -eq 4 ]'",
                            "lava-send verdict all=$(($(grep -c :from= told) - 1))", "lava-sync end",
                        ]),
                    GroupBench.Role(name: "maker", count: 2, steps: worker("maker")),
                    GroupBench.Role(name: "breaker", steps: worker("breaker")),
                ])
            let endings = try await bench.run(text)
            #expect(endings.map(\.job.health) == Array(repeating: "Complete", count: 4), "\(endings.map(\.failure))")
            #expect(endings.flatMap(\.cases).filter { !$0.hasSuffix(": pass") } == [])
            #expect(endings[0].cases.contains("0_judge/multinode-wait_all-work: pass"))
            #expect(endings.map(\.job.group?.number) == ["1.0", "1.1", "1.2", "1.3"])
            #expect(Set(endings.compactMap(\.job.board)).count == 4)
        }
    }

    @Test func anEssentialJobThatFailsEndsItsGroup() async throws {
        try await GroupBench.with(boards: 2) { bench in
            let text = bench.text(
                "essential",
                [
                    GroupBench.Role(
                        name: "server", more: "essential: true",
                        steps: ["lava-sync begin", "lava-test-raise broken", "sleep 60"]),
                    GroupBench.Role(name: "client", steps: ["lava-sync begin", "sleep 100"]),
                ])
            let endings = try await bench.run(text)
            #expect(endings[0].job.health == "Incomplete" && endings[0].job.failure?.type == "Test")
            #expect(endings[1].job.health == "Canceled")
            let reason = "canceled by labd: the essential job 1.0 (server) of its group ended incomplete: broken"
            #expect(endings[1].job.failure?.message == reason)
        }
    }

    @Test func aWaitThatNobodyCanAnswerFailsAtOnce() async throws {
        try await GroupBench.with(boards: 2) { bench in
            let text = bench.text(
                "hopeless", timeout: 110,
                [
                    GroupBench.Role(name: "quitter", steps: ["lava-test-case quits --result pass"]),
                    GroupBench.Role(name: "waiter", steps: ["lava-wait never"]),
                ])
            let endings = try await bench.run(text)
            #expect(endings[0].job.health == "Complete")
            #expect(endings[1].job.health == "Incomplete" && endings[1].job.failure?.type == "MultinodeTimeout")
            #expect(
                endings[1].job.failure?.message
                    == "lava-wait never: all other jobs of the group have ended, and none has sent 'never'")
            #expect(endings[1].cases == ["0_waiter/multinode-wait-never: fail"])
        }
    }

    @Test func aWaitHasItsTime() async throws {
        try await GroupBench.with(boards: 2) { bench in
            let text = bench.text(
                "late", timeout: 2,
                [
                    GroupBench.Role(name: "sleeper", steps: ["lava-wait over"]),
                    GroupBench.Role(name: "other", steps: ["sleep 4", "lava-send over"]),
                ])
            let endings = try await bench.run(text)
            #expect(endings[0].job.failure?.type == "MultinodeTimeout")
            #expect(endings[0].job.failure?.message.hasSuffix("in vain: nobody has sent it") == true)
            #expect(endings[1].job.health == "Complete")
        }
    }

    @Test func aGroupWaitsForItsBoardsAndIsCanceledAsAWhole() async throws {
        try await GroupBench.with(boards: 2) { bench in
            let gate = bench.folder + "/gate"
            let holder = HostileJob(
                tag: "holder", type: "sim-host",
                blocks: [
                    HostileJob.dialogue(
                        "hold", seconds: 100, [("while [ ! -e \(gate) ]; do sleep 0.05; done; echo o$((0+1))n", "o1n")])
                ]
            ).text.replacing("tags: [holder]\n", with: "")
            let held = try await bench.lab.submit(holder)
            let roles = [
                GroupBench.Role(name: "a", steps: ["lava-sync x"]), GroupBench.Role(name: "b", steps: ["lava-sync x"]),
            ]
            let waiting = try await bench.submit(bench.text("waits", roles))
            let doomed = try await bench.submit(bench.text("doomed", roles))
            // One board is free, and neither group takes it alone.
            let job: JobInfo = try await bench.lab.get("/api/v1/jobs/\(waiting.ids[0])")
            #expect(job.state == "Submitted" && job.waiting != nil)
            _ = try await bench.daemon.ctl(["cancel", "\(doomed.ids[1])"])
            let gone = try await bench.lab.ending(doomed.ids[0])
            #expect(gone.job.health == "Canceled")
            #expect(gone.job.failure?.message.contains("(b) of its group was canceled before the group ran") == true)
            try "".write(toFile: gate, atomically: true, encoding: .utf8)
            #expect(try await bench.lab.ending(of: held).health == "Complete")
            for id in waiting.ids {
                let ending = try await bench.lab.ending(id)
                #expect(ending.job.health == "Complete", "\(ending.failure)")
            }
        }
    }

    @Test func aGroupThatIsTooLargeForTheLabIsRefused() async throws {
        try await GroupBench.with(boards: 2) { bench in
            let text = bench.text(
                "large",
                [GroupBench.Role(name: "a", count: 2, steps: ["true"]), GroupBench.Role(name: "b", steps: ["true"])])
            let error = await #expect(throws: DaemonError.self) { try await bench.submit(text) }
            #expect(error?.text.hasPrefix("422") == true)
            #expect(error?.text.contains("the group needs 3 boards of the type `sim-host` at the same time") == true)
        }
    }

    @Test func scriptsTalkToo() async throws {
        try await GroupBench.with(boards: 2) { bench in
            let text = """
                job_name: scripts
                visibility: public
                timeouts: {job: {minutes: 2}, action: {minutes: 1}, connection: {minutes: 1}}
                protocols:
                  lava-multinode:
                    timeout: {seconds: 60}
                    roles:
                      a: {device_type: sim-host, count: 1}
                      b: {device_type: sim-host, count: 1}
                actions:
                - boot:
                    method: minimal
                    prompts: ['/ # ']
                    role: [a, b]
                    protocols:
                      lava-multinode:
                      - {action: reset-device, request: lava-sync, messageID: power}
                - test:
                    role: a
                    interactive:
                    - name: talk
                      prompts: ['/ # ']
                      script:
                      - {name: kernel, command: uname -s, successes: [{message: '(?P<kernel>Linux)'}]}
                      - {name: tells, lava-send: 'about kernel={kernel}'}
                      - {lava-sync: end}
                - test:
                    role: b
                    interactive:
                    - name: listen
                      prompts: ['/ # ']
                      script:
                      - {name: hears, lava-wait: about}
                      - {name: same, command: 'echo it-is-{kernel}-$((1+1))', successes: [{message: it-is-Linux-2}]}
                      - {lava-sync: end}
                """
            let endings = try await bench.run(text)
            #expect(endings.map(\.job.health) == ["Complete", "Complete"], "\(endings.map(\.failure))")
            #expect(endings[0].cases == ["0_talk/kernel: pass", "0_talk/tells: pass"])
            #expect(endings[1].cases == ["0_listen/hears: pass", "0_listen/same: pass"])
            for ending in endings {
                #expect(ending.results.contains { $0.suite == "lava" && $0.name == "multinode-sync-power" })
            }
        }
    }

    @Test func theExampleIsFollowedAsAGroup() async throws {
        let state = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: state) }
        let boards = (1...3).map { "- {name: sim-\($0), type: sim, driver: sim}" }
        try await Daemon.with(state: state, configuration: (["boards:"] + boards).joined(separator: "\n") + "\n") {
            daemon in
            let example = Programs.checkout + "/examples/multinode/greeting.yaml"
            let outcome = try await daemon.ctl(["submit", "--follow", example])
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            #expect(outcome.errors.contains("submitted group 1 of 3 jobs: greeting"))
            for line in ["[1.0 host] ", "[1.1 guest] ", "[1.2 guest] ", "job 1 (1.0, host): Complete"] {
                #expect(outcome.output.contains(line), "\(line)")
            }
        }
    }

    @Test func aMatrixIsManyJobs() async throws {
        try await GroupBench.with(boards: 2) { bench in
            let text = """
                job_name: numbers
                device_type: sim-shell
                visibility: public
                timeouts: {job: {minutes: 2}, action: {minutes: 1}, connection: {minutes: 1}}
                matrix: {number: [1, 2, 3], word: [a, b], exclude: [{number: 2}]}
                actions:
                - boot: {method: minimal, prompts: ['/ # ']}
                - test:
                    interactive:
                    - name: talk
                      prompts: ['/ # ']
                      script:
                      - {name: '${matrix.word}', command: 'echo $((${matrix.number}+10))', successes: [{message: '1${matrix.number}'}]}
                """
            let submitted = try await bench.submit(text)
            #expect(submitted.jobs?.map(\.number) == ["1", "2", "3", "4"])
            #expect(
                submitted.jobs?.map(\.name) == ["numbers (1, a)", "numbers (1, b)", "numbers (3, a)", "numbers (3, b)"])
            for (id, name) in zip(submitted.ids, ["a", "b", "a", "b"]) {
                let ending = try await bench.lab.ending(id)
                #expect(
                    ending.job.health == "Complete" && ending.cases == ["0_talk/\(name): pass"], "\(ending.failure)")
                #expect(ending.job.deviceType == "sim-host")
                #expect(ending.job.group == nil)
            }
        }
    }
}

import LabModel
import LabSimulation
import Synchronization
import Testing

@testable import JobEngine

/// A group as it stands in a store.
final class GroupTable: GroupBook {
    let roster: Mutex<GroupRoster>

    init(_ roster: GroupRoster) {
        self.roster = Mutex(roster)
    }

    func roster(of job: JobID) async throws(Failure) -> GroupRoster? {
        roster.withLock { $0.member(job) == nil ? nil : $0 }
    }

    func end(_ job: JobID, _ health: JobHealth) {
        roster.withLock { roster in
            guard let place = roster.members.firstIndex(where: { $0.job == job }) else { return }
            roster.members[place].ending = health
        }
    }
}

/// Two jobs of a group on scripted boards.
@Suite(.timeLimit(.minutes(2))) struct GroupRunTests {
    static let server = JobID(rawValue: 12)
    static let client = JobID(rawValue: 13)

    static func signal(_ number: Int, _ text: String) -> String {
        let body = "\(text) _n=\(number)"
        return "<LAVA_SIGNAL_\(body) _c=\(SignalChecksum.of(body.utf8))>\n"
    }

    /// A board whose test says `first`, waits for an answer if it is to, and ends.
    static func board(_ name: String, _ job: JobID, first: [String], answer: String?) -> Bench {
        let bench = Bench { line, console in
            let begin = ["STARTRUN 0_t \(job)_1.1"] + first
            let said = begin.enumerated().map { signal($0 + 1, $1) }.joined()
            let end =
                signal(begin.count + 1, "ENDRUN 0_t \(job)_1.1") + signal(begin.count + 2, "DONE runner")
                + "<LAVA_TEST_RUNNER EXIT>\n# "
            if line.contains("lava-resend") {
                console.print(signal(0, "SENT \(begin.count + 2)") + "# ")
            } else if line.contains("bin/lava-test-runner") {
                console.print(said + (answer == nil ? end : ""))
            } else if let answer, line.contains(answer) {
                console.print(end)
            } else {
                JobEngineTests.shell([])(line, console)
            }
        }
        bench.power.onSwitch = { if $0 == .on { bench.console.print("Linux version 6.1\n# ") } }
        return bench
    }

    struct Pair {
        let table: GroupTable
        let server: Bench
        let client: Bench
        let engine: JobEngine

        init(server: Bench, client: Bench) {
            (self.server, self.client) = (server, client)
            table = GroupTable(
                GroupRoster(
                    group: GroupRunTests.server, run: 1,
                    members: [
                        GroupRoster.Member(job: GroupRunTests.server, role: "server"),
                        GroupRoster.Member(job: GroupRunTests.client, role: "client"),
                    ]))
            engine = JobEngine(
                services: EngineServices(
                    store: client.recorder, logs: client.recorder, catalog: FixedCatalog(result: client.profile),
                    artifacts: client.workbench, testDefinitions: client.workbench, packer: client.workbench,
                    files: client.workbench, workspaces: client.workbench, clock: client.clock, groups: table))
        }

        func run(_ job: JobID, waitLimit: Duration? = nil, calls: [GroupCall]? = nil) async -> JobOutcome {
            let bench = job == GroupRunTests.server ? server : client
            var blocks = [
                Action.deploy(DeployAction(method: .overlay)), JobEngineTests.boot,
                .test(TestAction(content: .definitions([inlineTest("t")]))),
            ].enumerated().map { ActionBlock(index: $0, action: $1) }
            blocks[1].groupCalls = calls
            let plan = JobPlan(
                name: "g", deviceType: DeviceTypeName(rawValue: "model"), timeouts: JobTimeouts(job: .seconds(60)),
                blocks: blocks,
                role: GroupRole(
                    name: job == GroupRunTests.server ? "server" : "client", isEssential: false, waitLimit: waitLimit))
            let lease = Lease(
                board: bench.board.name, job: job, generation: LeaseGeneration(rawValue: 1),
                epoch: Epoch(rawValue: 1))
            let outcome = await engine.run(plan, lease: lease, on: bench.board)
            table.end(job, outcome.health)
            await engine.ended(lease)
            return outcome
        }
    }

    @Test func aMessageIsTypedAtTheBoardThatWaits() async {
        let server = Self.board(
            "s", Self.server, first: ["MULTINODE 0 SEND ready ip=10.0.0.1", "MULTINODE 2 SEND ready ip=10.0.0.1"],
            answer: nil)
        let client = Self.board("c", Self.client, first: ["MULTINODE 0 WAIT ready"], answer: "<LAVA_WAIT_COMPLETE")
        let pair = Pair(server: server, client: client)
        async let other = pair.run(Self.server)
        let own = await pair.run(Self.client)
        let others = await other
        #expect(others == JobOutcome(health: .complete))
        #expect(own == JobOutcome(health: .complete))
        #expect(client.console.sent.contains("<LAVA_WAIT_COMPLETE 12:ip=10.0.0.1 _k=1 _r=2>"))
        #expect(
            Set(pair.client.recorder.outcomes("0_t")) == ["multinode-send-ready: pass", "multinode-wait-ready: pass"])
        #expect(client.recorder.outcomes("lava").contains("multinode-test: pass"))
        let names = client.workbench.state.withLock { $0.entries.map(\.path) }
        for helper in ["lava-send", "lava-wait", "lava-group"] {
            #expect(names.contains { $0.hasSuffix("/bin/\(helper)") }, "\(helper)")
        }
    }

    @Test func aWaitForAJobThatEndedFailsAtOnce() async {
        let server = Self.board("s", Self.server, first: [], answer: nil)
        let client = Self.board("c", Self.client, first: ["MULTINODE 0 SYNC begin"], answer: "never")
        let pair = Pair(server: server, client: client)
        async let other = pair.run(Self.server)
        let own = await pair.run(Self.client)
        let others = await other
        #expect(others.health == .complete)
        #expect(own.failure?.type == .multinodeTimeout)
        #expect(
            own.failure?.message
                == "lava-sync begin: job 12.0 (server) has ended (Complete) and does not come to it any more")
        #expect(client.console.sent.contains("<LAVA_SYNC_COMPLETE nack _r=2>"))
        #expect(pair.client.recorder.outcomes("0_t") == ["multinode-sync-begin: fail"])
    }

    @Test func aWaitHasItsTime() async {
        let server = Self.board("s", Self.server, first: ["MULTINODE 0 WAIT over"], answer: "<LAVA_WAIT_COMPLETE 13")
        let client = Self.board("c", Self.client, first: ["MULTINODE 0 WAIT never"], answer: "no")
        let pair = Pair(server: server, client: client)
        async let other = pair.run(Self.server)
        let own = await pair.run(Self.client, waitLimit: .milliseconds(300))
        #expect(own.failure?.type == .multinodeTimeout)
        #expect(own.failure?.message.contains("in vain: nobody has sent it") == true, "\(own)")
        // Now nobody is left who could answer the other.
        let others = await other
        #expect(others.failure?.message.contains("all other jobs of the group have ended") == true)
    }

    @Test func blocksCallTheGroup() async {
        let server = Self.board("s", Self.server, first: [], answer: nil)
        let client = Self.board("c", Self.client, first: [], answer: nil)
        let pair = Pair(server: server, client: client)
        let sends = [
            GroupCall(verb: .send, message: "at", values: ["ip": "10.0.0.9"], action: "reset-device"),
            GroupCall(verb: .wait, message: "back", values: ["ip": "$ip"], action: "auto-login-action"),
        ]
        let answers = [
            GroupCall(verb: .wait, message: "at", values: ["ip": "$address"], action: "reset-device"),
            GroupCall(verb: .send, message: "back", values: ["ip": "$address"], action: "no-such-action"),
        ]
        async let other = pair.run(Self.server, calls: sends)
        // What names no action of ours comes first, and here too early: the value is not there yet.
        let own = await pair.run(Self.client, calls: answers)
        let others = await other
        #expect(others == JobOutcome(health: .complete))
        #expect(own == JobOutcome(health: .complete))
        let rows = pair.client.recorder.outcomes("lava")
        for row in ["multinode-send-at", "multinode-wait-at", "multinode-send-back", "multinode-wait-back"] {
            #expect(rows.contains("\(row): pass"), "\(row)")
        }
    }

    @Test func aValueThatDidNotComeIsMissed() async {
        let server = Self.board("s", Self.server, first: [], answer: nil)
        let client = Self.board("c", Self.client, first: [], answer: nil)
        let pair = Pair(server: server, client: client)
        async let other = pair.run(Self.server, calls: [GroupCall(verb: .send, message: "at", action: "x")])
        let own = await pair.run(
            Self.client, calls: [GroupCall(verb: .wait, message: "at", values: ["ip": "$ip"], action: "reset-device")])
        _ = await other
        #expect(own.failure?.type == .job)
        #expect(own.failure?.message == "the message 'at' came without a value for 'ip'")
    }
}

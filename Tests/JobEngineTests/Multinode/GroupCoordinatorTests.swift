import LabModel
import Testing

@testable import JobEngine

/// Messages, waits and barriers of a group.
@Suite struct GroupCoordinatorTests {
    static let server = JobID(rawValue: 12)
    static let client = JobID(rawValue: 13)
    static let other = JobID(rawValue: 14)

    static let roster = GroupRoster(
        group: server, run: 1,
        members: [
            GroupRoster.Member(job: server, role: "server"), GroupRoster.Member(job: client, role: "client"),
            GroupRoster.Member(job: other, role: "client"),
        ])

    /// A coordinator, and the answers it gave, as `job token: answer`.
    struct Bench {
        var coordinator = GroupCoordinator(roster: GroupCoordinatorTests.roster)
        var answers: [String] = []

        mutating func ask(_ job: JobID, _ token: String, _ words: String) {
            guard let request = GroupRequest(words: words.split(separator: " ").map(String.init)) else {
                answers.append("\(words) is no request")
                return
            }
            note(coordinator.ask(request, GroupCoordinator.Ticket(job: job, token: token)))
        }

        mutating func end(_ job: JobID) { note(coordinator.end(job, "has ended (Complete)")) }

        mutating func note(_ new: [GroupCoordinator.Answer]) {
            for answer in new {
                let text =
                    switch answer.reply {
                    case .done(let messages):
                        messages.map { message in
                            "\(message.job)[" + message.pairs.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
                                + "]"
                        }.joined(separator: " ")
                    case .refused(let reason): "refused: \(reason)"
                    }
                answers.append("\(answer.ticket.job) \(answer.ticket.token): \(text)")
            }
        }

        /// The answers since the last call.
        mutating func take() -> [String] {
            defer { answers = [] }
            return answers
        }
    }

    @Test func aWaitIsDoneWithTheFirstMessage() {
        var bench = Bench()
        bench.ask(Self.client, "a", "WAIT ready")
        #expect(bench.take().isEmpty)
        bench.ask(Self.server, "b", "SEND ready ip=10.0.0.1 port=80")
        #expect(bench.take() == ["12 b: ", "13 a: 12[ip=10.0.0.1 port=80]"])
        // A message stays.
        bench.ask(Self.other, "c", "WAIT ready")
        bench.ask(Self.server, "d", "WAIT ready")
        #expect(bench.take() == ["14 c: 12[ip=10.0.0.1 port=80]", "12 d: 12[ip=10.0.0.1 port=80]"])
    }

    @Test func aLaterMessageOfTheSameJobReplacesItsFirst() {
        var bench = Bench()
        bench.ask(Self.server, "a", "SEND x v=1")
        bench.ask(Self.client, "b", "SEND x v=2")
        bench.ask(Self.server, "c", "SEND x v=3")
        _ = bench.take()
        bench.ask(Self.other, "d", "WAIT x")
        #expect(bench.take() == ["14 d: 12[v=3] 13[v=2]"])
    }

    @Test func waitAllWantsAll() {
        var bench = Bench()
        bench.ask(Self.server, "a", "WAIT_ALL up")
        bench.ask(Self.client, "b", "SEND up n=1")
        bench.ask(Self.other, "c", "SEND up n=2")
        #expect(bench.take() == ["13 b: ", "14 c: "])
        #expect(
            bench.coordinator.missing(GroupCoordinator.Ticket(job: Self.server, token: "a"))
                == "job 12.0 (server) has not sent it")
        bench.ask(Self.server, "d", "SEND up n=3")
        #expect(bench.take() == ["12 d: ", "12 a: 12[n=3] 13[n=1] 14[n=2]"])
    }

    @Test func waitAllOfARoleWantsThatRole() {
        var bench = Bench()
        bench.ask(Self.server, "a", "WAIT_ALL up client")
        bench.ask(Self.client, "b", "SEND up")
        #expect(bench.take() == ["13 b: "])
        bench.ask(Self.other, "c", "SEND up n=2")
        #expect(bench.take() == ["14 c: ", "12 a: 13[] 14[n=2]"])
        bench.ask(Self.server, "d", "WAIT_ALL up clients")
        #expect(bench.take() == ["12 d: refused: no job of the group has the role 'clients'; there are client, server"])
    }

    @Test func aBarrierLetsAllThroughAndCanBeUsedAgain() {
        var bench = Bench()
        for _ in 0..<3 {
            bench.ask(Self.server, "a", "SYNC begin")
            bench.ask(Self.client, "b", "SYNC begin")
            #expect(bench.take().isEmpty)
            bench.ask(Self.other, "c", "SYNC begin")
            #expect(bench.take() == ["12 a: ", "13 b: ", "14 c: "])
        }
    }

    @Test func barriersOfDifferentNamesAreApart() {
        var bench = Bench()
        bench.ask(Self.server, "a", "SYNC one")
        bench.ask(Self.client, "b", "SYNC two")
        bench.ask(Self.other, "c", "SYNC one")
        #expect(bench.take().isEmpty)
        #expect(
            bench.coordinator.missing(GroupCoordinator.Ticket(job: Self.client, token: "b"))
                == "job 12.0 (server), job 12.2 (client) have not come to it")
    }

    @Test func waitsForJobsThatEndedAreRefusedAtOnce() {
        var bench = Bench()
        bench.ask(Self.server, "a", "SYNC begin")
        bench.ask(Self.server, "b", "WAIT_ALL up client")
        bench.ask(Self.other, "c", "WAIT ready")
        bench.end(Self.client)
        #expect(
            bench.take() == [
                "12 a: refused: job 12.1 (client) has ended (Complete) and does not come to it any more",
                "12 b: refused: job 12.1 (client) has ended (Complete) and has not sent 'up'",
            ])
        bench.end(Self.server)
        #expect(
            bench.take() == ["14 c: refused: all other jobs of the group have ended, and none has sent 'ready'"])
        bench.ask(Self.other, "d", "SYNC begin")
        #expect(
            bench.take() == ["14 d: refused: job 12.0 (server) has ended (Complete) and does not come to it any more"])
    }

    @Test func whatAJobSentBeforeItEndedCounts() {
        var bench = Bench()
        bench.ask(Self.client, "a", "SEND up v=1")
        bench.ask(Self.other, "b", "SEND up v=2")
        bench.end(Self.client)
        _ = bench.take()
        bench.ask(Self.server, "c", "WAIT_ALL up client")
        bench.ask(Self.server, "d", "WAIT up")
        #expect(bench.take() == ["12 c: 13[v=1] 14[v=2]", "12 d: 13[v=1] 14[v=2]"])
    }

    @Test func whoWithdrawsIsNotAtTheBarrierAnyMore() {
        var bench = Bench()
        bench.ask(Self.server, "a", "SYNC begin")
        bench.coordinator.withdraw(GroupCoordinator.Ticket(job: Self.server, token: "a"))
        bench.ask(Self.client, "b", "SYNC begin")
        bench.ask(Self.other, "c", "SYNC begin")
        #expect(bench.take().isEmpty)
        bench.ask(Self.server, "d", "SYNC begin")
        #expect(bench.take() == ["13 b: ", "14 c: ", "12 d: "])
    }

    @Test func namesAndWaitsAreBounded() {
        var bench = Bench()
        for number in 0..<GroupCoordinator.mostNames { bench.ask(Self.server, "a", "SEND m\(number)") }
        #expect(bench.take().allSatisfy { $0 == "12 a: " })
        bench.ask(Self.server, "b", "SEND more")
        bench.ask(Self.server, "c", "SEND m0")
        #expect(bench.take() == ["12 b: refused: the group uses more than 1000 names of messages", "12 c: "])
        bench = Bench()
        for number in 0...GroupCoordinator.mostWaiting { bench.ask(Self.server, "\(number)", "WAIT x") }
        #expect(bench.take() == ["12 64: refused: the job waits for more than 64 messages at once"])
    }

    @Test(arguments: [
        "", "SEND", "SEND a=b", "WAIT", "WAIT a b", "WAIT_ALL a b c", "SYNC a b", "RUN a",
        "SEND \(String(repeating: "x", count: 201))", "SEND a v=\(String(repeating: "x", count: 5000))",
    ])
    func whatHasNotTheFormOfARequestIsNone(_ words: String) {
        #expect(GroupRequest(words: words.split(separator: " ").map(String.init)) == nil)
    }

    @Test func testCasesAreNamedAsLavaNamesThem() {
        let names = ["SEND Ready a=b", "WAIT Ready", "WAIT_ALL Ready client", "SYNC Ready"].map {
            GroupRequest(words: $0.split(separator: " ").map(String.init))?.caseName
        }
        #expect(
            names == [
                "multinode-send-ready", "multinode-wait-ready", "multinode-wait_all-ready", "multinode-sync-ready",
            ])
    }

    /// Any order of any requests: nobody is answered twice, and nobody who could be waits.
    @Test(arguments: 0..<40) func everyTicketIsAnsweredOnceAtMost(seed: Int) {
        var chance = Seeded(seed &+ 77)
        var bench = Bench()
        var asked = 0
        var alive = Self.roster.members.map(\.job)
        for _ in 0..<200 where !alive.isEmpty {
            let job = alive[Int(chance.next() % UInt64(alive.count))]
            let name = "m\(chance.next() % 3)"
            switch chance.next() % 20 {
            case 0: bench.end(job); alive.removeAll { $0 == job }
            case 1...8: bench.ask(job, "t\(asked)", "SEND \(name) v=\(asked)")
            case 9...12: bench.ask(job, "t\(asked)", "WAIT \(name)")
            case 13...15: bench.ask(job, "t\(asked)", "WAIT_ALL \(name)")
            default: bench.ask(job, "t\(asked)", "SYNC \(name)")
            }
            asked += 1
        }
        for job in alive { bench.end(job) }
        let tickets = bench.answers.map { $0.prefix { $0 != ":" } }
        #expect(Set(tickets).count == tickets.count)
        #expect(bench.answers.count <= asked)
    }
}

import LabModel
import Testing

@testable import lablctl

@Suite struct PowerCutCommandTests {
    private func command<Command>(_ arguments: String..., as type: Command.Type) throws -> Command {
        try #require(try Lablctl.command(for: ["powercut"] + arguments) as? Command)
    }

    @Test func bootTakesAJobAndAState() throws {
        let boot = try command("boot", "7", "w52-57{53,56}", "--block", "2", "--console", as: PowerCutBootCommand.self)
        #expect(boot.recording.job.reference == JobReference(number: 7))
        #expect(boot.state == "w52-57{53,56}")
        #expect(boot.console)
        #expect(
            boot.recording.target(of: 7, "power-cut-boot", [("state", boot.state), ("twins", nil)])
                == "/api/v1/jobs/7/power-cut-boot?block=2&state=w52-57%7B53%2C56%7D")
    }

    @Test func withoutQuestionsTheTargetHasNone() throws {
        let verify = try command("verify", "7", as: PowerCutVerifyCommand.self)
        #expect(verify.recording.target(of: 7, "power-cut-check") == "/api/v1/jobs/7/power-cut-check")
    }

    @Test func exploreTakesModelsAndBounds() throws {
        let explore = try command(
            "explore", "7", "--models", "nested,adversary", "--budget", "10m", "--boots", "9", "--twins", "2",
            "--seed", "3", "--report", "r.html", as: PowerCutExploreCommand.self)
        #expect(explore.models.models == [.nested, .adversary])
        #expect(explore.budget?.duration == .seconds(600))
        #expect(explore.boots == 9 && explore.twins == 2 && explore.seed == 3)
        #expect(
            try command("explore", "7", as: PowerCutExploreCommand.self).models.models == [.prefix, .torn, .subsets])
    }

    @Test func aShareIsInPerCent() throws {
        #expect(try command("verify", "7", "--sample", "5%", as: PowerCutVerifyCommand.self).sample?.percent == 5)
        #expect(try command("verify", "7", "--sample", "0.5", as: PowerCutVerifyCommand.self).sample?.percent == 0.5)
    }

    @Test(arguments: [
        ["boot", "7"], ["boot", "0", "w1"], ["boot", "7", "w1", "--block", "-1"], ["export", "7", "w1"],
        ["export", "7", "-o", "f"], ["export", "7", "w1", "--trace", "-o", "f"], ["export", "7", "w1", "-o", ""],
        ["explore", "7", "--models", "suffix"], ["explore", "7", "--models", "prefix,"],
        ["explore", "7", "--models", ""],
        ["explore", "7", "--budget", "soon"], ["explore", "7", "--budget", "0s"], ["explore", "7", "--boots", "0"],
        ["explore", "7", "--twins", "65"], ["verify", "7", "--sample", "0"], ["verify", "7", "--sample", "101%"],
        ["verify", "7", "--seed", "-1"], ["record"],
    ])
    func wrongLinesAreRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { try Lablctl.command(for: ["powercut"] + arguments) }
    }

    @Test(arguments: [["boot", "7", "w1"], ["explore", "7"], ["verify", "7"], ["record", "f"]])
    func everyCommandThatTellsTakesJSON(arguments: [String]) throws {
        _ = try Lablctl.command(for: ["powercut"] + arguments + ["--json"])
    }

    @Test func aJobThatExploresAgainIsNamedAfterItsRecording() {
        let name = PowerCutExploreCommand.name(of: Fixture.job(id: 4, name: "rauc"))
        #expect(name == "rauc, recording of job 4")
        #expect(
            PowerCutExploreCommand.name(of: Fixture.job(id: 9, name: name)) == "rauc, recording of job 9")
        #expect(PowerCutExploreCommand.name(of: Fixture.job(name: String(repeating: "n", count: 200))).count <= 200)
    }
}

import LabModel
import Testing

@testable import lablctl

@Suite struct CommandLineTests {
    private func command<Command>(_ arguments: String..., as type: Command.Type) throws -> Command {
        try #require(try Lablctl.command(for: arguments) as? Command)
    }

    @Test func runTakesAFileAndItsDaemonsOptions() throws {
        let run = try command(
            "run", "a.yaml", "--labd", "/x/labd", "--config", "/c.yaml", "-q", "--json", as: RunCommand.self)
        #expect(run.file == "a.yaml")
        #expect(run.daemon.labd == "/x/labd")
        #expect(run.daemon.config == "/c.yaml")
        #expect(run.quiet)
        #expect(run.output.json)
    }

    @Test func submitTakesSeveralFiles() throws {
        let submit = try command("submit", "a.yaml", "b.yaml", "--wait", as: SubmitCommand.self)
        #expect(submit.files == ["a.yaml", "b.yaml"])
        #expect(submit.wait)
        #expect(!submit.follow)
    }

    @Test func submitDoesNotFollowAndWaitAtOnce() {
        #expect(throws: (any Error).self) { try Lablctl.command(for: ["submit", "a.yaml", "--wait", "--follow"]) }
    }

    @Test(arguments: [
        ["run"], ["power", "board", "sideways"], ["jobs", "--limit", "0"], ["jobs", "--offset", "-1"], ["job", "one"],
        ["board", "b", "--health", "great"], ["board", "b", "--reason", "why"], ["console", "b", "--tail", "-1"],
        ["jobs", "--state", "bogus"], ["jobs", "--state", "running,bogus"], ["jobs", "--health", "bogus"],
        ["job", "0"], ["logs", "0"], ["results", "0"], ["cancel", "0"], ["job", "99999999999999999999"],
        ["device-type", "show", "qemu", "--explain", ""], ["import", "lava"], ["import", "fuego", "x"],
        ["nonsense"],
    ])
    func wrongLinesAreRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { try Lablctl.command(for: arguments) }
    }

    @Test func powerKnowsItsThreeWords() throws {
        for (word, change) in [("on", PowerCommand.Change.on), ("off", .off), ("cycle", .cycle)] {
            #expect(try command("power", "board-1", word, as: PowerCommand.self).change == change)
        }
    }

    @Test func jobsMakeAQueryOfTheirFilters() throws {
        let jobs = try command(
            "jobs", "--state", "running,submitted", "--submitter", "a&b", "--limit", "5", as: JobsCommand.self)
        #expect(jobs.target == "/api/v1/jobs?state=running%2Csubmitted&submitter=a%26b&limit=5")
    }

    @Test func filtersTakeLAVAsWordsInAnyCase() throws {
        let jobs = try command("jobs", "--state", "Running,SUBMITTED", "--health", "Complete", as: JobsCommand.self)
        #expect(jobs.target == "/api/v1/jobs?state=Running%2CSUBMITTED&health=Complete&limit=50")
    }

    @Test func jobsAreNamedByTheirNumber() throws {
        #expect(try command("logs", "7", "-f", as: LogsCommand.self).job.reference == JobReference(number: 7))
        #expect(try command("cancel", "7", as: CancelCommand.self).job.reference == JobReference(number: 7))
        #expect(
            try command("job", "12.1", as: ShowJobCommand.self).job.reference == JobReference(number: 12, place: 1))
        #expect(try command("events", "--job", "12.1", as: EventsCommand.self).job?.description == "12.1")
        let boot = try command("powercut", "boot", "12.1", "w54", as: PowerCutBootCommand.self)
        #expect(boot.recording.job.reference == JobReference(number: 12, place: 1))
    }

    @Test func cancelingSaysWhatBecameOfTheJob() {
        let waiting = Fixture.job(state: "Submitted", health: "Unknown")
        let running = Fixture.job(state: "Canceling", health: "Unknown")
        let canceled = Fixture.job(health: "Canceled")
        #expect(CancelCommand.sentence(before: running, after: running) == "job 1: Canceling")
        #expect(CancelCommand.sentence(before: waiting, after: canceled) == "job 1: Canceled")
        #expect(
            CancelCommand.sentence(before: Fixture.job(), after: Fixture.job()) == "job 1 had ended already: Complete")
    }

    @Test func deviceTypeShowTakesAKeyToExplain() throws {
        let show = try command(
            "device-type", "show", "qemu", "--explain", "bootloaders.u-boot.prompt",
            as: DeviceTypeCommand.ShowCommand.self)
        #expect(show.name == "qemu")
        #expect(show.explain == "bootloaders.u-boot.prompt")
    }

    @Test func deviceTypesAreSearchedByParts() throws {
        let search = DeviceTypeSearch(["RPI_4", "bcm2711"])
        #expect(search.matches("bcm2711-rpi-4-b", "Raspberry Pi 4 B"))
        #expect(!search.matches("bcm2837-rpi-3-b", "Raspberry Pi 3 B"))
        let command = try command(
            "device-type", "search", "rpi", "4", "--offline", as: DeviceTypeCommand.SearchCommand.self)
        #expect(command.words == ["rpi", "4"] && command.source.readsFiles)
    }

    @Test func renderTakesVariablesAndAJob() throws {
        let render = try command(
            "device-type", "render", "t", "--commands", "nfs", "--job", "j.yaml", "--set", "console_device=ttyS1",
            "--set", "uboot_needs_usb=true", "--explain", as: DeviceTypeCommand.RenderCommand.self)
        #expect(render.commands == "nfs" && render.job == "j.yaml" && render.explain)
        #expect(try render.variables.values() == ["console_device": "ttyS1", "uboot_needs_usb": true])
        #expect(throws: (any Error).self) {
            try self.command("device-type", "render", "t", "--set", "x", as: DeviceTypeCommand.RenderCommand.self)
        }
    }

    @Test func importTakesItsSourceAndWhereToWrite() throws {
        let lava = try command(
            "import", "lava", "/etc/lava", "-o", "out", "--dry-run", "--no-jinja", "--strict", as: LavaCommand.self)
        #expect(lava.folder == "/etc/lava")
        #expect(lava.options.output == "out")
        #expect(lava.options.dryRun && lava.options.strict && lava.noJinja && !lava.options.force)
        let labgrid = try command("import", "labgrid", "-", "--type", "panda", "--json", as: LabgridCommand.self)
        #expect(labgrid.type == "panda")
        let pdus = try command("import", "pdudaemon", "f", "--through-pdudaemon", as: PDUDaemonCommand.self)
        #expect(pdus.throughPdudaemon)
        #expect(pdus.options.output == "labd-import")
    }

    @Test func theServerIsTakenBeforeAndAfterTheCommand() throws {
        #expect(try command("--server", "/a.sock", "demo", as: DemoCommand.self).server.server == "/a.sock")
        #expect(try command("demo", "--server", "/a.sock", as: DemoCommand.self).server.server == "/a.sock")
        #expect(
            try command("device-type", "list", "--server", "/a", as: DeviceTypeCommand.ListCommand.self).server.server
                == "/a")
        #expect(try command("demo", as: DemoCommand.self).server.server == nil)
    }

    @Test func deviceTypeAloneLists() throws {
        _ = try command("device-type", as: DeviceTypeCommand.ListCommand.self)
    }

    @Test(arguments: [
        ["run", "f"], ["validate", "f"], ["submit", "f"], ["jobs"], ["job", "1"], ["logs", "1"], ["results", "1"],
        ["cancel", "1"], ["boards"], ["board", "b"], ["power", "b", "on"], ["console", "b"], ["device-type", "list"],
        ["device-type", "show", "t"], ["events"], ["demo"],
    ])
    func everyCommandTakesJSON(arguments: [String]) throws {
        _ = try Lablctl.command(for: arguments + ["--json"])
    }

    @Test func helpListsEveryExitCode() {
        for status in CommandStatus.allCases { #expect(Lablctl.help.contains("\n  \(status.rawValue) ")) }
    }

    @Test func earlierOutputIsSaidToBeThat() {
        func shown(_ text: String, next: Int64) -> String {
            String(decoding: EarlierOutput(bytes: Array(text.utf8), next: next).introduced, as: UTF8.self)
        }
        #expect(shown("ello\nworld\n", next: 500) == "-- earlier output --\r\nworld\n")
        #expect(shown("hello\n", next: 6) == "-- earlier output --\r\nhello\n")
        #expect(shown("no end", next: 500) == "-- earlier output --\r\nno end")
    }

    @Test func theEscapeKeyEndsWhatIsTyped() {
        let typed = EscapeKey.typed(in: Array("ls".utf8) + [0x1D] + Array("rm".utf8))
        #expect(typed.bytes == Array("ls".utf8))
        #expect(typed.leaves)
        #expect(!EscapeKey.typed(in: Array("]".utf8)).leaves)
    }
}

import Foundation
import LabWire
import Testing

/// Boards that come, change, break and go while jobs run.
@Suite(.serialized, .timeLimit(.minutes(10))) struct BoardFileTests {
    private func withLab(_ body: @escaping @Sendable (BoardLab) async throws -> Void) async throws {
        let folder = try BoardLab.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await BoardLab.running(folder, body)
        #expect(processes(ownedBy: folder + "/state").isEmpty)
    }

    /// Files that are wrong, each in its own way, with the whole complaint.
    private static let wrong: [(name: String, text: String, complaint: String)] = [
        (
            "wrong-type", "type: simm\ndriver: sim\n",
            "wrong-type.yaml:1:7: error: board `wrong-type`: there is no device type `simm`; did you mean `sim`?"
        ),
        (
            "wrong-key", "type: sim\ndriver: sim\noption: {}\n",
            "wrong-key.yaml:3:1: error: `option` is not a key of a board; did you mean `options`?"
        ),
        (
            "wrong-option", "type: sim\ndriver: sim\noptions:\n  boots: [up]\n",
            "wrong-option.yaml:4:3: error: board wrong-option: options has the unknown key 'boots'; docs/simboard.md "
                + "lists the options"
        ),
        (
            "wrong-device", "type: qemu\ndriver: lab\noptions:\n  power: {device: relays, channel: 1}\n",
            "wrong-device.yaml:4:19: error: there is no device 'relays'; `devices` of the configuration is empty"
        ),
        (
            "wrong-variable",
            "type: sim\ndriver: sim\nvariables:\n  no_such_variable: 1\n",
            "wrong-variable.yaml:4:3: error: device type `sim`: `no_such_variable` is not a variable of this device type"
        ),
    ]

    @Test func filesComeChangeBreakAndGoUnderLoad() async throws {
        try await withLab { lab in
            for name in ["plain-1", "plain-2"] { try lab.write(BoardLab.board(tags: ["plain"]), board: name) }
            try lab.write(BoardLab.board(tags: ["gated"]), board: "gated")
            try await lab.eventually("three boards") { try await lab.boards().boards.count == 3 }

            // The load: a queue for the plain boards, a job that holds the gated one, and one that waits behind it.
            let holding = try await lab.lab.submit(lab.holdingJob(tag: "gated", gate: "one"))
            var jobs = [holding]
            for _ in 0..<12 { jobs.append(try await lab.lab.submit(BoardLab.job(tag: "plain"))) }
            try await lab.untilRuns(holding)

            // Changed while a job holds it.
            try lab.write(BoardLab.board(tags: ["gated", "new"], boots: "Linux version 6.1-AFTER"), board: "gated")
            try await lab.eventually("the change waits") { try await lab.board("gated")?.pending == "change" }
            let behind = try await lab.lab.submit(BoardLab.job(tag: "gated"))
            jobs.append(behind)
            let listing = try await lab.listing()
            #expect(listing.contains("gated: the change of its file waits for job \(holding)\n"), "\(listing)")
            let one = try await lab.daemon.ctl(["board", "gated"]).output
            #expect(one.contains("the change of its file waits for job \(holding)\n"), "\(one)")
            #expect(try await lab.job(behind).state == "Submitted")

            // Added.
            try lab.write(BoardLab.board(tags: ["plain"]), board: "plain-3")
            try await lab.eventually("a new board") { try await lab.board("plain-3") != nil }

            // Broken while it works, and mended.
            try lab.write("type: [\n", board: "plain-1")
            try await lab.eventually("a broken board") { try await lab.board("plain-1")?.diagnostics != nil }
            let broken = try #require(try await lab.board("plain-1"))
            #expect(broken.health == "Maintenance" && broken.type == "sim" && broken.tags == ["plain"])
            #expect(
                try await lab.complaints("plain-1").first?.hasPrefix("plain-1.yaml:2:1: error: the text is not YAML:")
                    == true)
            try lab.write(BoardLab.board(tags: ["plain"]), board: "plain-1")
            try await lab.eventually("a mended board") { try await lab.isWell("plain-1") }

            // Removed while it works: gone when its job is.
            try lab.remove(board: "plain-2")
            try await lab.eventually("a board that left") { try await lab.board("plain-2") == nil }

            // Wrong from the start, each with its own complaint, and nobody else sees anything of it.
            for file in Self.wrong { try lab.write(file.text, board: file.name) }
            for file in Self.wrong {
                try await lab.eventually(file.name) { try await lab.board(file.name)?.diagnostics != nil }
                #expect(try await lab.complaints(file.name) == [file.complaint])
                let text = try await lab.daemon.ctl(["board", file.name]).output
                #expect(text.contains("\(lab.files)/\(file.complaint)\n"), "\(text)")
            }
            let all = try await lab.listing()
            for file in Self.wrong { #expect(all.contains("\(lab.files)/\(file.complaint)\n"), "\(all)") }
            for file in Self.wrong { try lab.remove(board: file.name) }
            try await lab.eventually("no wrong boards") {
                try await lab.boards().boards.allSatisfy { !$0.name.hasPrefix("wrong") }
            }

            #expect(try await lab.job(holding).state == "Running", "nobody took the gated board away")
            try lab.open(gate: "one")
            try await lab.expectUndisturbed(jobs)
            let ending = try await lab.lab.ending(behind)
            #expect(ending.says("6.1-AFTER"), "the board was exchanged between the two jobs")
            #expect(try await lab.board("gated")?.tags == ["gated", "new"])
            #expect(try await lab.history("gated") == ["board.added", "board.changed"])
            #expect(try await lab.history("plain-1") == ["board.added", "board.broken", "board.repaired"])
            #expect(try await lab.history("plain-2") == ["board.added", "board.removed"])
            #expect(try await lab.history("wrong-key") == ["board.broken", "board.removed"])
            // What a board did stays, also when it is gone.
            let gone = try await lab.daemon.ctl(["jobs", "--board", "plain-2", "--json"])
            #expect(gone.status == 0 && gone.output.contains("\"plain-2\""))
        }
    }

    @Test func aBoardWhoseFileGoesLeavesAfterItsJob() async throws {
        try await withLab { lab in
            try lab.write(BoardLab.board(tags: ["only"]), board: "only")
            try await lab.eventually("a board") { try await lab.board("only")?.state == "Idle" }
            let holding = try await lab.lab.submit(lab.holdingJob(tag: "only", gate: "one"))
            let behind = try await lab.lab.submit(BoardLab.job(tag: "only"))
            try await lab.untilRuns(holding)
            try lab.remove(board: "only")
            try await lab.eventually("the removal waits") { try await lab.board("only")?.pending == "removal" }
            #expect(try await lab.board("only")?.health == "Retired")
            #expect(
                try await lab.listing().contains(
                    "only: leaves the lab, its file was removed; that waits for job \(holding)\n"))
            #expect(
                try await lab.job(behind).waiting
                    == "no board of type sim with the tag only takes jobs: only is Retired (its file \(lab.files)/only.yaml was removed)"
            )
            try lab.open(gate: "one")
            try await lab.expectUndisturbed([holding])
            try await lab.eventually("it has left") { try await lab.boards().boards.isEmpty }
            #expect(
                try await lab.job(behind).waiting
                    == "the last board of type sim, only, has left the lab: its file \(lab.files)/only.yaml was removed"
            )
            // It comes back, and the job that waited runs.
            try lab.write(BoardLab.board(tags: ["only"]), board: "only")
            try await lab.expectUndisturbed([behind])
        }
    }

    @Test func aBrokenBoardsJobsWaitAndSayWhy() async throws {
        try await withLab { lab in
            try lab.write(BoardLab.board(tags: ["only"]), board: "only")
            try await lab.eventually("a board") { try await lab.board("only") != nil }
            let holding = try await lab.lab.submit(lab.holdingJob(tag: "only", gate: "one"))
            try await lab.untilRuns(holding)
            try lab.write("type: sim\ndriver: simm\n", board: "only")
            try await lab.eventually("it is broken") { try await lab.board("only")?.diagnostics != nil }
            let behind = try await lab.lab.submit(BoardLab.job(tag: "only"))
            try lab.open(gate: "one")
            try await lab.expectUndisturbed([holding])
            try await lab.eventually("it is idle") { try await lab.board("only")?.state == "Idle" }
            let waiting = try await lab.job(behind).waiting ?? ""
            #expect(
                waiting.hasPrefix(
                    "no board of type sim with the tag only takes jobs: only is Maintenance (\(lab.files)/only.yaml:2:9: "
                ))
            #expect(try await lab.job(behind).state == "Submitted")
            let reload = try await lab.daemon.ctl(["boards", "reload"])
            #expect(reload.status == 78, "\(reload.output)\(reload.errors)")
            try lab.write(BoardLab.board(tags: ["only"]), board: "only")
            let mended = try await lab.daemon.ctl(["boards", "reload"])
            #expect(mended.status == 0, "\(mended.output)\(mended.errors)")
            try await lab.expectUndisturbed([behind])
        }
    }

    /// The files may do what they like while labd is away, and while a change waits.
    @Test func theNextStartTakesTheFilesAsTheyAre() async throws {
        let folder = try BoardLab.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let job = try await BoardLab.running(folder) { lab in
            for name in ["stays", "goes", "breaks"] { try lab.write(BoardLab.board(tags: [name]), board: name) }
            try await lab.eventually("three boards") { try await lab.boards().boards.count == 3 }
            let jobs = try await [
                lab.lab.submit(lab.holdingJob(tag: "stays", gate: "one")),
                lab.lab.submit(lab.holdingJob(tag: "breaks", gate: "one")),
                lab.lab.submit(lab.holdingJob(tag: "goes", gate: "one")),
            ]
            for job in jobs { try await lab.untilRuns(job) }
            try lab.write(BoardLab.board(tags: ["stays"], boots: "Linux version 6.1-AFTER"), board: "stays")
            try await lab.eventually("the change waits") { try await lab.board("stays")?.pending == "change" }
            kill(lab.daemon.number, SIGKILL)
            return jobs[0]
        }
        for _ in 0..<200 where !processes(ownedBy: folder + "/state").isEmpty {
            try await Task.sleep(for: .milliseconds(20))
        }
        try FileManager.default.removeItem(atPath: folder + "/boards/goes.yaml")
        try BoardLab.write("tags: [breaks]\n", to: folder + "/boards/breaks.yaml")
        try await BoardLab.running(folder) { lab in
            try lab.open(gate: "one")
            let ending = try await lab.lab.ending(job)
            #expect(ending.job.health == "Complete" && ending.job.attempt == 2, "\(ending.failure)")
            #expect(ending.says("6.1-AFTER"))
            let boards = try await lab.boards().boards
            #expect(boards.map(\.name) == ["breaks", "stays"])
            #expect(try await lab.complaints("breaks") == ["breaks.yaml:1:1: error: a board needs `type`"])
            // It is known from before what it was.
            #expect(boards[0].type == "sim" && boards[0].health == "Maintenance" && boards[0].power == "unknown")
            try lab.write(BoardLab.board(tags: ["breaks"]), board: "breaks")
            try await lab.eventually("it is mended") { try await lab.isWell("breaks") }
            // Nobody knew of its power; now it was put to rest, and its job runs again.
            let again = try await lab.lab.ending(job + 1)
            #expect(again.job.health == "Complete" && again.job.attempt == 2, "\(again.failure)")
            #expect(try await lab.board("breaks")?.power == "off")
            let events = try await lab.events()
            #expect(events.contains { $0.board == "breaks" && $0.kind == "power" && $0.job == nil })
        }
    }

    @Test func doctorListsTheMistakesOfBoardFiles() async throws {
        let folder = try BoardLab.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for file in Self.wrong { try BoardLab.write(file.text, to: "\(folder)/boards/\(file.name).yaml") }
        try BoardLab.write(BoardLab.board(tags: []), to: folder + "/boards/right.yaml")
        let file = folder + "/labd.yaml"
        // The folder beside the configuration file needs no word.
        try BoardLab.write("boards: []\n", to: file)
        let outcome = try await Programs.run(
            Programs.labd, ["doctor", "--config", file, "--state", folder + "/state"])
        #expect(outcome.status == 1)
        for file in Self.wrong {
            #expect(outcome.output.contains("\(folder)/boards/\(file.complaint)\n"), "\(outcome.output)")
        }
        #expect(outcome.output.contains("type sim, driver sim"))
        let missing = try await Programs.run(
            Programs.labd, ["--boards", folder + "/nowhere", "--state", folder + "/s"])
        #expect(missing.status == 78)
        #expect(missing.errors.contains("\(folder)/nowhere: there is no folder of board files (make it,"))
    }

    @Test func aChangedTypeCountsForTheNextJob() async throws {
        try await withLab { lab in
            let type = lab.folder + "/types/mine.yaml"
            try BoardLab.write("extends: sim\ndescription: first\n", to: type)
            try lab.write(BoardLab.board(tags: ["mine"], type: "mine"), board: "mine")
            try await lab.eventually("a board") { try await lab.isWell("mine") }
            let text = HostileJob(
                tag: "mine", type: "mine", boot: 60,
                blocks: [
                    HostileJob.dialogue("talk", seconds: 60, [("echo o$((0+1))ne", "o1ne")])
                ]
            ).text
            let first = try await lab.lab.submit(text)
            try await lab.expectUndisturbed([first])
            // Broken, and noticed at the next look, which SIGHUP asks for.
            try BoardLab.write("extends: nowhere\n", to: type)
            kill(lab.daemon.number, SIGHUP)
            try await lab.eventually("the type is broken") { try await lab.board("mine")?.diagnostics != nil }
            let complaint = try await lab.complaints("mine").first ?? ""
            #expect(complaint.hasPrefix("mine.yaml:1:7: error: \(type):1:10: "), "\(complaint)")
            try BoardLab.write("extends: sim\ndescription: second\n", to: type)
            let outcome = try await lab.daemon.ctl(["boards", "reload"])
            #expect(outcome.status == 0 && outcome.output == "mine repaired\n", "\(outcome.output)\(outcome.errors)")
            let shown = try await lab.daemon.ctl(["device-type", "show", "mine"])
            #expect(shown.output.contains("second"))
            let second = try await lab.lab.submit(text)
            try await lab.expectUndisturbed([second])
        }
    }
}

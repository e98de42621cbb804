import Glibc
import LabModel
import Testing

@testable import VirtualBoards

@Suite struct ProcessTests {
    private let clock = SystemLabClock()

    private func sleeper(_ owner: OwnerTag) -> GuardedProcess.Launch {
        GuardedProcess.Launch(
            program: "sleep", arguments: ["600"], environment: [OwnerTag.variable: owner.value], workingDirectory: nil,
            log: nil)
    }

    @Test func aKilledProcessIsKnownToBeGone() async throws {
        let process = try await GuardedProcess.start(sleeper(OwnerTag(lab: "none", epoch: Epoch(rawValue: 1))))
        #expect(process.isRunning)
        try await process.end(clock: clock)
        #expect(!process.isRunning)
        #expect(kill(process.handle.identifier, 0) == -1)
    }

    @Test func aMissingProgramIsTold() async throws {
        let launch = GuardedProcess.Launch(
            program: "no-such-program-here", arguments: [], environment: [:], workingDirectory: nil, log: nil)
        // setpriv itself starts and then fails: either way the process is gone.
        do {
            let process = try await GuardedProcess.start(launch)
            try await process.waitUntilReaped()
            #expect(!process.isRunning)
        } catch let failure as Failure {
            #expect(failure.type == .infrastructure)
        }
    }

    @Test func leftoversOfAnOlderEpochAreEnded() async throws {
        let lab = "sweep-\(getpid())"
        let old = try await GuardedProcess.start(sleeper(OwnerTag(lab: lab, epoch: Epoch(rawValue: 1))))
        let present = try await GuardedProcess.start(sleeper(OwnerTag(lab: lab, epoch: Epoch(rawValue: 2))))
        let foreign = try await GuardedProcess.start(sleeper(OwnerTag(lab: lab + "x", epoch: Epoch(rawValue: 1))))
        // setpriv has to become sleep before the environment is the program's own; it keeps the same environment.
        let ended = try await LeftoverSweep(owner: OwnerTag(lab: lab, epoch: Epoch(rawValue: 2)), clock: clock).end()
        #expect(ended.map(\.process) == [old.handle.identifier])
        #expect(!old.isRunning)
        #expect(present.isRunning && foreign.isRunning)
        try await present.end(clock: clock)
        try await foreign.end(clock: clock)
    }

    @Test(arguments: ["", ":", "a:", ":1", "a:b", "a:1:2"])
    func whatIsNoTag(_ value: String) {
        #expect(OwnerTag(value: value) == nil)
    }

    @Test func aTagReadsBack() {
        let tag = OwnerTag(lab: "my lab/1", epoch: Epoch(rawValue: 3))
        #expect(tag.value == "my_lab_1:3")
        #expect(OwnerTag(value: tag.value) == tag)
    }

    @Test func aSparseCopyHasTheSameBytesAndItsHoles() async throws {
        try await withServices { _, folder in
            let (source, copy) = (folder + "/a", folder + "/b")
            try write([1, 2, 3], to: source, at: 5 << 20)
            try write([4], to: source, at: 40 << 20)
            try await SparseCopy.copy(source, to: copy)
            #expect(try read(copy, at: 5 << 20, count: 3) == [1, 2, 3])
            #expect(try read(copy, at: 40 << 20, count: 9) == [4])
            var facts = stat()
            #expect(stat(copy, &facts) == 0)
            #expect(facts.st_blocks * 512 < 10 << 20)
        }
    }

    @Test func aMissingKitSaysHowToBuildIt() {
        let failure = #expect(throws: Failure.self) { try BoardKit(named: "arm64-ab", in: "/nonexistent") }
        #expect(failure?.type == .configuration)
        #expect(failure?.advice?.contains("board-kit/build") == true)
    }

    @Test func aSocketPathThatIsTooLongIsRefused() {
        let name = BoardName(rawValue: String(repeating: "x", count: 100))
        let failure = #expect(throws: Failure.self) { try RuntimeFolder.make(for: name, in: "/tmp") }
        #expect(failure?.type == .configuration)
    }
}

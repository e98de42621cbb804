import LabModel
import Testing

@testable import VirtualBoards

/// Runs a machine with time that passes at once.
private struct Bench {
    var machine: SimMachine
    var output = ""
    var waited: [Duration] = []
    var host: [SimMachine.Action] = []

    init(_ options: DataValue) throws(Failure) {
        let definition = BoardDefinition(
            name: BoardName(rawValue: "sim"), type: DeviceTypeName(rawValue: "sim"), driver: "sim", options: options)
        machine = SimMachine(script: try SimScript(definition))
    }

    /// - Parameter wakes: how many wake-ups to grant.
    mutating func give(_ input: SimMachine.Input, wakes: Int = 1000) {
        var queue = machine.handle(input)
        var left = wakes
        while !queue.isEmpty {
            switch queue.removeFirst() {
            case .send(let bytes): output += String(decoding: bytes, as: UTF8.self)
            case .wake(let number, let duration):
                waited.append(duration)
                if left > 0 {
                    left -= 1
                    queue += machine.handle(.woken(number))
                }
            case let action: host.append(action)
            }
        }
    }

    mutating func type(_ text: String) { give(.received(Array(text.utf8))) }
}

@Suite struct SimMachineTests {
    private let quick: DataValue = ["boot": ["one", "two"], "prompt": "$ "]

    @Test func bootsToItsPrompt() throws {
        var bench = try Bench(quick)
        bench.give(.powerOn)
        #expect(bench.output == "one\r\ntwo\r\n$ ")
    }

    @Test func answersAndEchoes() throws {
        var bench = try Bench(quick)
        bench.give(.powerOn)
        bench.output = ""
        bench.type("echo \"a  b\" && false; echo $?\n")
        #expect(bench.output == "echo \"a  b\" && false; echo $?\r\na  b\r\n1\r\n$ ")
    }

    @Test(arguments: [
        ("true && echo yes || echo no", "yes\r\n"), ("false && echo yes || echo no", "no\r\n"),
        ("nothere", "sh: nothere: not found\r\n"),
        ("A=1; echo $A${A}'$A'", "11$A\r\n"), ("cat /etc/version", "v1\r\n"), ("printf '%s-%d\\n' a 2", "a-2\r\n"),
        ("# a remark", ""), ("echo -n x", "x"), ("echo 'open", "sh: syntax error: echo 'open\r\n"),
        ("special thing", "scripted\r\n"),
        ("&& true", "sh: syntax error: && true\r\n"), ("echo a \\; b # c", "a ; b\r\n"),
    ])
    func commands(_ line: String, _ answer: String) throws {
        var bench = try Bench([
            "boot": [], "prompt": "$ ", "files": ["/etc/version": "v1\n"],
            "replies": [["command": "special *", "print": "scripted"]],
        ])
        bench.give(.powerOn)
        bench.output = ""
        bench.type(line + "\n")
        #expect(bench.output == line + "\r\n" + answer + "$ ")
    }

    @Test func noiseHasNoLineEndAndNoEnd() throws {
        var bench = try Bench(["boot": ["up"], "faults": [["kind": "noise", "at": "up"]]])
        bench.give(.powerOn)
        #expect(bench.host == [.drain(1)])
        let start = bench.output.utf8.count
        bench.type("anybody there?\n")
        bench.give(.drained(1))
        #expect(bench.host == [.drain(1), .drain(2)])
        #expect(bench.output.utf8.count >= start + SimFlood.piece)
        #expect(!bench.output.dropFirst("up\r\n".count).unicodeScalars.contains { $0 == "\n" || $0 == "\r" })
        bench.give(.powerOff)
        bench.give(.drained(2))
        #expect(bench.host.count == 2)
    }

    @Test func aBoardThatBabblesStillAnswers() throws {
        var bench = try Bench([
            "boot": ["up"], "prompt": "$ ", "babble": "hm", "faults": [["kind": "babble", "at": "up"]],
        ])
        bench.give(.powerOn)
        #expect(bench.output.hasPrefix("up\r\n[1] hm\r\n[2] hm\r\n"))
        #expect(bench.output.hasSuffix(" hm\r\n$ "))
        bench.output = ""
        bench.type("echo yes\n")
        #expect(bench.output == "echo yes\r\nyes\r\n$ ")
        // Only the latest piece is waited for: a line is not filled twice.
        bench.give(.drained(7))
        #expect(bench.host == [.drain(1)])
    }

    @Test func offNeedsNoQuotes() throws {
        var bench = try Bench(["boot": ["up"], "faults": [["kind": .bool(false), "at": "up"]]])
        bench.give(.powerOn)
        #expect(!bench.machine.isOn)
        #expect(throws: Failure.self) {
            try Bench(["faults": [["kind": .bool(true), "at": "up"]]])
        }
    }

    @Test func aKeyStopsTheBootLoader() throws {
        var bench = try Bench([
            "boot": ["spl", ["print": "Hit any key", "wait_for_key": 1, "prompt": "=> "], "kernel"], "prompt": "$ ",
        ])
        bench.give(.powerOn, wakes: 1)
        bench.type(" ")
        bench.type("printenv\nboot\n")
        #expect(bench.output == "spl\r\nHit any key\r\n=> printenv\r\n=> boot\r\nkernel\r\n$ ")
    }

    @Test func withoutAKeyTheBootGoesOn() throws {
        var bench = try Bench(["boot": [["print": "Hit", "wait_for_key": 1], "kernel"], "prompt": "$ "])
        bench.give(.powerOn)
        #expect(bench.output == "Hit\r\nkernel\r\n$ ")
        #expect(bench.waited.first == .seconds(1))
    }

    @Test func loginTakesTheRightPasswordOnly() throws {
        var bench = try Bench([
            "boot": [], "prompt": "$ ", "login": ["prompt": "login: ", "user": "root", "password": "pw"],
        ])
        bench.give(.powerOn)
        bench.type("root\nwrong\nroot\npw\n")
        let expected =
            "\r\nlogin: root\r\nPassword: \r\n\r\nLogin incorrect\r\nlogin: root\r\nPassword: \r\n$ "
        #expect(bench.output == expected)
    }

    @Test func aCutEndsEverythingAtOnce() throws {
        var bench = try Bench(quick)
        bench.give(.powerOn, wakes: 1)
        bench.give(.powerOff)
        bench.output = ""
        bench.give(.woken(2))
        bench.type("echo x\n")
        #expect(bench.output.isEmpty && !bench.machine.isOn)
        bench.give(.powerOn)
        #expect(bench.output == "one\r\ntwo\r\n$ ")
    }

    @Test func whatIsTypedAheadWaitsForTheCommand() throws {
        var bench = try Bench(["boot": [], "prompt": "$ "])
        bench.give(.powerOn)
        bench.output = ""
        bench.give(.received(Array("sleep 5\necho x\n".utf8)), wakes: 0)
        #expect(bench.output == "sleep 5\r\n")
        bench.give(.woken(1))
        #expect(bench.output == "sleep 5\r\n$ echo x\r\nx\r\n$ ")
    }

    @Test func controlCEndsACommand() throws {
        var bench = try Bench(["boot": [], "prompt": "$ "])
        bench.give(.powerOn)
        bench.give(.received(Array("sleep 5\n".utf8)), wakes: 0)
        bench.type("\u{3}")
        #expect(bench.output.hasSuffix("^C\r\n$ "))
    }

    @Test func faultsStrikeOnTheirBoot() throws {
        var bench = try Bench([
            "boot": ["one", "two"], "prompt": "$ ",
            "faults": [["kind": "reboot", "at": "two", "boots": [1]], ["kind": "panic", "at": "crash"]],
        ])
        bench.give(.powerOn)
        #expect(bench.output == "one\r\ntwo\r\none\r\ntwo\r\n$ ")
        bench.type("crash\n")
        #expect(bench.output.contains("Kernel panic - not syncing"))
        bench.output = ""
        bench.type("echo x\n")
        #expect(bench.output.isEmpty && bench.machine.isOn)
    }

    @Test func aHangSaysNothingMore() throws {
        var bench = try Bench(["boot": ["one", "two"], "faults": [["kind": "hang", "at": "one"]]])
        bench.give(.powerOn)
        #expect(bench.output == "one\r\n")
    }

    @Test func theLineLosesAndAddsBytes() {
        var losing = SimLineDamage(.init(drops: 3))
        #expect(losing.apply(to: [1, 2, 3, 4]) + losing.apply(to: [5, 6, 7]) == [1, 2, 4, 5, 7])
        var noisy = SimLineDamage(.init(noise: 2))
        #expect(noisy.apply(to: [1, 2, 3]) == [1, 2, 0xFF, 3])
        var silent = SimLineDamage(.init(isSilent: true))
        #expect(silent.apply(to: [1]).isEmpty)
    }

    @Test func theHostsShellStartsAndEndsWithPower() throws {
        var bench = try Bench(["boot": [], "shell": "host"])
        bench.give(.powerOn)
        #expect(bench.host == [.startHost])
        bench.type("x")
        bench.give(.powerOff)
        #expect(bench.host == [.startHost, .tellHost([120]), .endHost])
    }

    @Test(
        arguments: [
            ["unknown": 1], ["boot": "text"], ["boot": [["after": 1]]], ["shell": "fish"], ["faults": [["at": "x"]]],
            ["faults": [["kind": "smoke", "at": "x"]]], ["line_time": -1], ["replies": [["print": "x"]]],
        ] as [DataValue])
    func wrongOptionsAreNamed(_ options: DataValue) {
        let failure = #expect(throws: Failure.self) { try Bench(options) }
        #expect(failure?.type == .configuration)
    }

    @Test(arguments: [
        ("*", "", true), ("a*c", "abbc", true), ("a*c", "ab", false), ("", "x", false), ("*a*a*a*", "aaa", true),
        ("x", "x", true),
    ])
    func globs(_ pattern: String, _ text: String, _ matches: Bool) {
        #expect(Glob(pattern).matches(text) == matches)
    }
}

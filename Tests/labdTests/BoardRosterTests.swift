import LabModel
import Testing

@testable import labd

/// What is to be done about boards when their descriptions change.
@Suite struct BoardRosterTests {
    private static func definition(
        _ name: String, tags: [String] = [], option: Int64 = 0, description: String? = nil
    ) -> BoardDefinition {
        BoardDefinition(
            name: BoardName(rawValue: name), type: "sim", tags: tags, driver: "sim",
            options: .map(["baud": .integer(option)]), description: description)
    }

    private static func good(_ name: String, tags: [String] = [], option: Int64 = 0) -> BoardReading {
        BoardReading(
            name: BoardName(rawValue: name), file: "\(name).yaml",
            definition: definition(name, tags: tags, option: option))
    }

    private static func bad(_ name: String, _ message: String = "wrong", known: Bool = true) -> BoardReading {
        BoardReading(
            name: BoardName(rawValue: name), file: "\(name).yaml", definition: known ? definition(name) : nil,
            diagnostics: [Diagnostic(.error, at: SourcePosition(file: "\(name).yaml", line: 2, column: 3), message)])
    }

    /// Does all tasks as if nobody held a board.
    private static func settle(_ roster: inout BoardRoster) {
        for task in roster.tasks { perform(task, &roster) }
    }

    private static func perform(_ task: BoardRoster.Task, _ roster: inout BoardRoster) {
        switch task {
        case .open(let definition), .exchange(let definition): roster.opened(definition)
        case .close(let name): roster.closed(name)
        }
    }

    private static func kinds(_ old: BoardRoster, _ new: BoardRoster) -> [String] {
        BoardRoster.changes(from: old.phases, to: new.phases).map { "\($0.board) \($0.kind.rawValue)" }
    }

    @Test func aNewBoardIsOpenedAndThenTold() {
        var roster = BoardRoster()
        let before = roster
        roster.take([Self.good("a")])
        #expect(roster.tasks == [.open(Self.definition("a"))])
        #expect(Self.kinds(before, roster) == [], "a board that is not there yet is no board")
        #expect(!roster.standing("a").isReady)
        Self.settle(&roster)
        #expect(Self.kinds(before, roster) == ["a added"])
        #expect(roster.standing("a").isReady && roster.tasks.isEmpty)
    }

    @Test func nothingChangedIsNothingToDo() {
        var roster = BoardRoster()
        roster.take([Self.good("a"), Self.bad("b"), Self.good("c")])
        Self.settle(&roster)
        let before = roster
        for _ in 0..<3 {
            roster.take([Self.good("a"), Self.bad("b"), Self.good("c")])
            roster.retry()
            #expect(roster.tasks.isEmpty)
            #expect(Self.kinds(before, roster) == [])
        }
    }

    @Test func tagsNeedNoExchange() {
        var roster = BoardRoster()
        roster.take([Self.good("a")])
        Self.settle(&roster)
        let before = roster
        roster.take([Self.good("a", tags: ["new"])])
        #expect(roster.tasks.isEmpty)
        #expect(roster.standing("a").isReady && roster.standing("a").definition?.tags == ["new"])
        #expect(Self.kinds(before, roster) == ["a changed"])
    }

    @Test func aChangeWaitsAndTheNewestCounts() {
        var roster = BoardRoster()
        roster.take([Self.good("a")])
        Self.settle(&roster)
        let before = roster
        roster.take([Self.good("a", option: 1)])
        #expect(roster.standing("a").pending == .change && !roster.standing("a").isReady)
        #expect(Self.kinds(before, roster) == [])
        roster.take([Self.good("a", option: 2)])
        #expect(roster.tasks == [.exchange(Self.definition("a", option: 2))])
        // Taken back before it was taken in.
        roster.take([Self.good("a")])
        #expect(roster.tasks.isEmpty && roster.standing("a").isReady)
        #expect(Self.kinds(before, roster) == [])
    }

    @Test func aBrokenFileSetsAsideAndAMendedOneGivesBack() {
        var roster = BoardRoster()
        roster.take([Self.good("a")])
        Self.settle(&roster)
        var before = roster
        roster.take([Self.bad("a", "one")])
        #expect(roster.tasks.isEmpty, "the board stays open: a job may be on it")
        #expect(roster.standing("a").isOpen && roster.standing("a").fault?.message == "one")
        #expect(Self.kinds(before, roster) == ["a broken"])
        before = roster
        roster.take([Self.bad("a", "two")])
        #expect(Self.kinds(before, roster) == ["a broken"], "another mistake is told again")
        before = roster
        roster.take([Self.good("a")])
        #expect(roster.tasks.isEmpty && roster.standing("a").isReady)
        #expect(Self.kinds(before, roster) == ["a repaired"])
    }

    @Test func aBoardThatCannotBeOpenedIsTriedAgain() {
        var roster = BoardRoster()
        let fault = Diagnostic(.error, at: SourcePosition(file: "a.yaml", line: 4, column: 1), "no such terminal")
        roster.take([Self.good("a")])
        let start = roster
        roster.failed(Self.definition("a"), fault)
        #expect(Self.kinds(start, roster) == ["a broken"])
        #expect(roster.tasks.isEmpty && roster.standing("a").fault == fault)
        let before = roster
        roster.take([Self.good("a")])
        #expect(roster.tasks.isEmpty)
        roster.retry()
        #expect(roster.tasks == [.open(Self.definition("a"))])
        roster.failed(Self.definition("a"), fault)
        #expect(Self.kinds(before, roster) == [], "the same again is not told again")
        roster.retry()
        Self.settle(&roster)
        #expect(Self.kinds(before, roster) == ["a repaired"])
    }

    @Test func aBoardLeavesWhenNobodyHasIt() {
        var roster = BoardRoster()
        roster.take([Self.good("a"), Self.bad("b")])
        Self.settle(&roster)
        let before = roster
        roster.take([])
        #expect(roster.names == ["a"], "nothing was open of b")
        #expect(roster.standing("a").pending == .removal)
        #expect(Self.kinds(before, roster) == ["b removed"])
        // Back before it left.
        roster.take([Self.good("a")])
        #expect(roster.tasks.isEmpty && roster.standing("a").isReady)
        roster.take([])
        Self.settle(&roster)
        #expect(roster.names.isEmpty)
        #expect(Self.kinds(before, roster) == ["a removed", "b removed"])
    }

    @Test func aBrokenBoardLeavesWithoutBeingRepaired() {
        var roster = BoardRoster()
        roster.take([Self.good("a")])
        Self.settle(&roster)
        roster.take([Self.bad("a")])
        let before = roster
        roster.take([])
        #expect(Self.kinds(before, roster) == [])
        Self.settle(&roster)
        #expect(Self.kinds(before, roster) == ["a removed"])
    }

    /// Any sequence of edits, with tasks done, failed and put off in any order between them, ends as the last edit says,
    /// and what was told on the way adds up to it.
    @Test(arguments: 0..<200)
    func whateverHappensTheLastWordCounts(seed: UInt64) {
        var chance = SplitMix64(seed: seed)
        var roster = BoardRoster()
        var readings: [BoardName: BoardReading] = [:]
        var told: [BoardName: BoardChange.Kind] = [:]
        /// Boards that somebody holds.
        var held: Set<BoardName> = []
        let names = ["a", "b", "c", "d"]

        func hear(_ before: BoardRoster) {
            for change in BoardRoster.changes(from: before.phases, to: roster.phases) {
                let last = told[change.board]
                switch change.kind {
                case .added: #expect(last == nil || last == .removed)
                case .changed: #expect(last == .added || last == .changed || last == .repaired)
                case .removed: #expect(last != nil && last != .removed)
                case .broken: break
                case .repaired: #expect(last == .broken)
                }
                told[change.board] = change.kind
            }
        }

        for _ in 0..<60 {
            let before = roster
            switch Int.random(in: 0..<8, using: &chance) {
            case 0...3:
                let name = names.randomElement(using: &chance) ?? "a"
                switch Int.random(in: 0..<5, using: &chance) {
                case 0: readings[BoardName(rawValue: name)] = nil
                case 1: readings[BoardName(rawValue: name)] = Self.bad(name, known: Bool.random(using: &chance))
                case 2:
                    readings[BoardName(rawValue: name)] = Self.good(
                        name, tags: ["t\(Int.random(in: 0..<3, using: &chance))"])
                default:
                    readings[BoardName(rawValue: name)] = Self.good(
                        name, option: Int64.random(in: 0..<3, using: &chance))
                }
                roster.take(readings.values.sorted { $0.name < $1.name })
            case 4:
                let name = BoardName(rawValue: names.randomElement(using: &chance) ?? "a")
                if held.remove(name) == nil, roster.standing(name).isReady { held.insert(name) }
            case 5:
                roster.retry()
            default:
                for task in roster.tasks where !held.contains(task.board) {
                    let isFailure = Int.random(in: 0..<4, using: &chance) == 0
                    switch task {
                    case .open(let definition) where isFailure, .exchange(let definition) where isFailure:
                        roster.failed(
                            definition, Diagnostic(.error, at: SourcePosition(line: 1, column: 1), "unplugged"))
                    default: Self.perform(task, &roster)
                    }
                }
            }
            hear(before)
            for name in held {
                #expect(roster.standing(name).isOpen, "nobody takes a board away from who holds it")
            }
        }
        let before = roster
        roster.retry()
        Self.settle(&roster)
        hear(before)
        #expect(roster.tasks.isEmpty)
        let open = readings.values.compactMap { reading in reading.fit.map { (reading.name, $0) } }
        for (name, wanted) in open {
            #expect(roster.standing(name).isReady && roster.standing(name).definition == wanted)
            #expect(told[name] != .removed && told[name] != .broken)
        }
        #expect(Set(roster.names) == Set(readings.keys))
        for reading in readings.values where reading.fit == nil { #expect(told[reading.name] == .broken) }
        #expect(Set(told.filter { $0.value != .removed }.keys) == Set(readings.keys))
    }
}

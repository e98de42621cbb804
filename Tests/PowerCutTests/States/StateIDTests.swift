import LabModel
import PowerCut
import Testing

@Suite struct StateIDTests {
    @Test(arguments: [
        "w0", "w54", "w106:first3", "w106:last2", "w52-57{53,56}", "w52-57{}", "w52-57{53-55,57}", "w52-57{53}:first1",
        "w60/1/1", "w60:last4/0-3{2}/2:first1",
    ])
    func printsWhatItParsed(text: String) throws {
        #expect(try StateID(parsing: text).description == text)
    }

    @Test func writesRunsShort() throws {
        #expect(try StateID(parsing: "w0-9{1,2,3,5,6,8-9}").description == "w0-9{1-3,5,6,8,9}")
    }

    @Test func everyIDOfARandomKindComesBack() throws {
        var chance = Chance(7)
        for _ in 0..<2000 {
            let cuts = (0...chance.upTo(3)).map { _ in ToyIDs.cut(&chance) }
            let id = StateID(cuts[0], recoveries: Array(cuts.dropFirst()))
            #expect(try StateID(parsing: id.description) == id)
        }
    }

    @Test(arguments: [
        "", "54", "w", "wx", "w-1", "w54 ", "w54:", "w54:first", "w54:first0", "w54:middle3", "w57-52{}", "w52-57",
        "w52-57{53", "w52-57{53,}", "w52-57{56,53}", "w52-57{53,53}", "w52-57{52}", "w52-57{58}", "w52-57{55-54}",
        "w60/", "w60//1", "w99999999999999999999", "w1/1/x", "W54", "w0-999999999{1-999999999}",
        "w" + String(repeating: "1/", count: 100) + "1",
    ])
    func refusesNonsense(text: String) {
        #expect(throws: Failure.self) { try StateID(parsing: text) }
    }

    @Test func complaintsNameThePlace() throws {
        let failure = #expect(throws: Failure.self) { try StateID(parsing: "w52-57{56,53}") }
        #expect(failure?.description.contains("ascend, at character") == true)
    }

    @Test func simplerStatesComeFirst() throws {
        let texts = ["w3", "w20", "w3:first1", "w3:last1", "w1-3{}", "w1-3{2}", "w1-3{2,3}", "w3/1", "w3/2", "w3/1/1"]
        let ids = try texts.map { try StateID(parsing: $0) }
        #expect(ids.shuffled().sorted() == ids)
    }

    @Test(arguments: ["w4", "w3:first1", "w2:first2", "w1-3{3}", "w0-3{1}", "w1/1", "w2-2{2}"])
    func doesNotFitAnyTrace(text: String) throws {
        // Write 1 is durable from cut 2 on; write 3 has two sectors.
        let trace = ToyTrace(
            base: [0, 0, 0, 0],
            events: [
                .write(sector: 0, values: [1], isFUA: false, isAmbiguous: false), .flush(isAmbiguous: false),
                .write(sector: 1, values: [1], isFUA: true, isAmbiguous: false),
                .write(sector: 2, values: [1, 1], isFUA: false, isAmbiguous: false),
            ])
        let space = try trace.space()
        #expect(throws: Failure.self) { try CrashState(StateID(parsing: text), in: space) }
        for fitting in ["w3", "w2:first1", "w2-3{}", "w2-3{3}"] {
            #expect(throws: Never.self) { try CrashState(StateID(parsing: fitting), in: space) }
        }
    }
}

enum ToyIDs {
    static func cut(_ chance: inout Chance) -> StateID.Cut {
        let writes = chance.upTo(60)
        var cut = StateID.Cut(writes: writes)
        if chance.upTo(2) == 0 {
            let prefix = chance.upTo(writes + 1)
            let kept = (prefix + 1..<writes + 1).filter { _ in chance.upTo(3) > 0 }
            cut.kept = .some(durablePrefix: prefix, volatile: kept)
        }
        switch chance.upTo(4) {
        case 0: cut.torn = .first(1 + chance.upTo(9))
        case 1: cut.torn = .last(1 + chance.upTo(9))
        default: break
        }
        return cut
    }
}

import LabWire
import Testing

@testable import lablctl

@Suite struct DrainWatchTests {
    private static func drain(_ reason: String? = nil) -> DrainInfo {
        DrainInfo(by: "bob", since: "2026-08-20T10:00:00.000000+00:00", reason: reason)
    }

    @Test func aDrainIsToldOnceAndSoIsItsEnd() {
        var watch = DrainWatch()
        #expect(watch.look(at: nil).isEmpty)
        let told = watch.look(at: Self.drain("new kernel"))
        #expect(told.first == "bob drains the lab: new kernel" && told.count == 2)
        #expect(watch.look(at: Self.drain("new kernel")).isEmpty)
        #expect(watch.look(at: Self.drain()).first == "bob drains the lab", "another one")
        #expect(watch.look(at: nil) == ["the drain of the lab has ended"])
        #expect(watch.look(at: nil).isEmpty)
    }

    @Test func whatStandsAlreadyIsTold() {
        var watch = DrainWatch()
        #expect(watch.look(at: Self.drain()).count == 2)
    }
}

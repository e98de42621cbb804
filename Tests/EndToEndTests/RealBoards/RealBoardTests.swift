import DeviceModels
import Foundation
import LabWire
import Testing

/// A board that hangs on a relay and a terminal, from the outside.
@Suite(.serialized, .timeLimit(.minutes(10))) struct RealBoardTests {
    private func withLab(_ body: @escaping @Sendable (Daemon, WiredBoard) async throws -> Void) async throws {
        let state = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: state) }
        let board = try WiredBoard()
        defer { board.end() }
        try await Daemon.with(state: state, configuration: board.configuration) { daemon in
            try await body(daemon, board)
        }
    }

    private func expectSuccess(_ daemon: Daemon, _ arguments: [String]) async throws {
        let outcome = try await daemon.ctl(arguments)
        #expect(outcome.status == 0, "\(arguments): \(outcome.output)\(outcome.errors)")
    }

    private func shown(_ daemon: Daemon) async throws -> BoardInfo {
        let outcome = try await daemon.ctl(["board", "wired", "--json"])
        return try JSONDecoder().decode(BoardInfo.self, from: Data(outcome.output.utf8))
    }

    @Test func powerIsVerifiedByTheConsole() async throws {
        try await withLab { daemon, board in
            try await expectSuccess(daemon, ["power", "wired", "on"])
            #expect(board.relay.contacts.truth[0] == true)
            while board.bootCount == 0 { try await Task.sleep(for: .milliseconds(5)) }
            try await expectSuccess(daemon, ["power", "wired", "off"])
            let info = try await shown(daemon)
            #expect(info.power == "off")
            #expect(info.powerReport?.verified == "off")
            #expect(info.powerReport?.evidence.map(\.source).contains("console") == true)
            try await expectSuccess(daemon, ["board", "press", "wired", "reset"])
            #expect(
                board.relay.contacts.events.suffix(1).first?.hasPrefix("1 on for") == true
                    || board.relay.contacts.events.suffix(2) == ["1 on", "1 off"])
            let nonsense = try await daemon.ctl(["board", "press", "wired", "rescue"])
            #expect(nonsense.status != 0 && nonsense.errors.contains("it has reset"))
        }
    }

    @Test func aBoardIsQualifiedByItsBoots() async throws {
        try await withLab { daemon, board in
            let outcome = try await daemon.ctl([
                "board", "qualify", "wired", "--boots", "3", "--within", "30", "--json",
            ])
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            let report = try JSONDecoder().decode(QualificationInfo.self, from: Data(outcome.output.utf8))
            #expect(report.isQualified && report.boots.map(\.off) == ["off", "off", "off"])
            #expect(board.bootCount == 3)
            let info = try await shown(daemon)
            #expect(info.health == "Good" && info.healthReason?.contains("3 boots") == true)
            let failing = try await daemon.ctl(
                ["board", "qualify", "wired", "--boots", "4", "--within", "0.2", "--marker", "never seen"])
            #expect(failing.status == 1)
            // Three failures in a row are enough.
            #expect(board.bootCount == 6)
            let health = try await shown(daemon).health
            #expect(health == "Bad")
        }
    }

    @Test func aRelayThatLiesPutsItsBoardAside() async throws {
        try await withLab { daemon, board in
            try await expectSuccess(daemon, ["power", "wired", "on"])
            while board.bootCount == 0 { try await Task.sleep(for: .milliseconds(5)) }
            board.relay.contacts.fault = .lies
            let outcome = try await daemon.ctl(["power", "wired", "off"])
            #expect(outcome.status != 0)
            #expect(outcome.errors.contains("reads off") && outcome.errors.contains("still spoke"))
            let info = try await shown(daemon)
            #expect(info.health == "Bad")
            #expect(info.healthReason?.contains("still spoke") == true)
            #expect(info.powerReport?.desired == "off" && info.powerReport?.reported == "off")
            #expect(info.powerReport?.verified == "stuck")
            #expect(info.power != "off")
            board.relay.contacts.fault = nil
            try await expectSuccess(daemon, ["power", "wired", "off"])
            let verified = try await shown(daemon).powerReport?.verified
            #expect(verified == "off")
        }
    }

    @Test func neitherACrashNorAStartMovesARelay() async throws {
        let state = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: state) }
        let board = try WiredBoard()
        defer { board.end() }
        for isOn in [true, false] {
            // Ended by SIGKILL, and started anew on the same state.
            try await Daemon.with(state: state, configuration: board.configuration) { daemon in
                try await expectSuccess(daemon, ["power", "wired", isOn ? "on" : "off"])
                kill(daemon.number, SIGKILL)
            }
            let commands = board.relay.contacts.events
            for _ in 0..<3 {
                try await Daemon.with(state: state, configuration: board.configuration) { daemon in
                    let info = try await shown(daemon)
                    #expect(info.power == (isOn ? "on" : "off"))
                    kill(daemon.number, SIGKILL)
                }
            }
            #expect(board.relay.contacts.events == commands)
            #expect(board.relay.contacts.truth[0] == isOn)
        }
    }
}

import DeviceModels
import Foundation
import LabWire
import Testing

/// A board file whose board hangs on a relay and a terminal.
@Suite(.serialized, .timeLimit(.minutes(10))) struct WiredBoardFileTests {
    private static func file(_ terminal: String, press: String = "50ms") -> String {
        """
        type: qemu
        driver: lab
        options:
          power: {device: relays, channel: 0, verify: {console: false}}
          lines:
            reset: {device: relays, channel: 1, press: \(press)}
          console: {device: \(terminal)}
        """
    }

    private func withLab(_ body: @escaping @Sendable (BoardLab, WiredBoard) async throws -> Void) async throws {
        let folder = try BoardLab.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let board = try WiredBoard()
        defer { board.end() }
        let devices = "devices:\n- {name: relays, driver: modbus-tcp, host: 127.0.0.1, port: \(board.server.port)}"
        try await BoardLab.running(folder, more: devices) { lab in try await body(lab, board) }
    }

    @Test func noRelayMovesForAFile() async throws {
        try await withLab { lab, board in
            try lab.write(Self.file(board.terminal), board: "wired")
            try await lab.eventually("a board") { try await lab.isWell("wired") }
            // Only in maintenance a board has power and no holder for whom the changes would wait.
            let health = try await lab.daemon.ctl(["board", "health", "wired", "maintenance", "--reason", "its file"])
            #expect(health.status == 0, "\(health.errors)")
            let power = try await lab.daemon.ctl(["power", "wired", "on"])
            #expect(power.status == 0, "\(power.errors)")
            #expect(board.relay.contacts.truth[0] == true)
            let commands = board.relay.contacts.events

            // Exchanged: its terminal is let go and opened again, and its power stays.
            try lab.write(Self.file(board.terminal, press: "80ms"), board: "wired")
            try await lab.eventually("a changed board") { try await lab.history("wired").last == "board.changed" }
            #expect(try await lab.board("wired")?.power == "on")
            let typed = try await lab.daemon.ctl(["power", "wired", "off"])
            #expect(typed.status == 0, "\(typed.errors)")
            let again = try await lab.daemon.ctl(["power", "wired", "on"])
            #expect(again.status == 0, "\(again.errors)")
            #expect(board.relay.contacts.events.count == commands.count + 2)

            // Gone, and back: what is known of its power comes from its switch.
            try lab.remove(board: "wired")
            try await lab.eventually("no board") { try await lab.boards().boards.isEmpty }
            try lab.write(Self.file(board.terminal), board: "wired")
            try await lab.eventually("the board again") { try await lab.board("wired")?.diagnostics == nil }
            try await lab.eventually("it is known") { try await lab.board("wired")?.power == "on" }
            #expect(board.relay.contacts.events.count == commands.count + 2)
            #expect(board.relay.contacts.truth[0] == true)
        }
    }

    @Test func aTerminalThatIsNotPluggedInIsTriedAgain() async throws {
        try await withLab { lab, board in
            let terminal = lab.folder + "/terminal"
            try lab.write(Self.file(terminal), board: "wired")
            try await lab.eventually("it is told") { try await lab.board("wired")?.diagnostics != nil }
            let complaint = try await lab.complaints("wired").first ?? ""
            #expect(complaint.hasPrefix("wired.yaml:"), "\(complaint)")
            #expect(complaint.contains(terminal) && complaint.contains("No such file"), "\(complaint)")
            let power = try await lab.daemon.ctl(["power", "wired", "on"])
            #expect(power.status != 0 && power.errors.contains("is not open"), "\(power.status) \(power.errors)")
            for _ in 0..<3 { _ = try await lab.daemon.ctl(["boards", "reload"]) }
            let transcripts = try FileManager.default.contentsOfDirectory(
                atPath: lab.folder + "/state/logs/consoles/wired")
            #expect(transcripts.isEmpty, "a console that was never there leaves no files: \(transcripts)")
            // Plugged in.
            #expect(symlink(board.terminal, terminal) == 0)
            let reload = try await lab.daemon.ctl(["boards", "reload"])
            #expect(reload.status == 0 && reload.output == "wired repaired\n", "\(reload.output)\(reload.errors)")
            #expect(try await lab.history("wired") == ["board.broken", "board.repaired"])
        }
    }
}

import LabModel
import LabSimulation
import Synchronization

/// What happened in a simulated lab, line by line: the last lines, and a number that stands for all of them.
final class Trace: Sendable {
    private struct State {
        var lines: [String] = []
        var next = 0
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var count = 0
    }

    private let simulation: Simulation
    private let kept: Int
    private let isLoud: Bool
    private let state = Mutex(State())

    /// - Parameter isLoud: whether every line is printed at once.
    init(_ simulation: Simulation, kept: Int = 80, isLoud: Bool = false) {
        self.simulation = simulation
        self.kept = kept
        self.isLoud = isLoud
    }

    func note(_ text: @autoclosure () -> String) {
        let milliseconds = simulation.now.nanoseconds / 1_000_000
        let line =
            "\(simulation.steps) \(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst()) \(text())"
        if isLoud { print(line) }
        state.withLock { state in
            for byte in line.utf8 { state.hash = (state.hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            state.count += 1
            if state.lines.count < kept {
                state.lines.append(line)
            } else {
                state.lines[state.next] = line
                state.next = (state.next + 1) % kept
            }
        }
    }

    /// The last lines, oldest first: step, seconds, what happened.
    var lines: [String] {
        state.withLock { Array($0.lines[$0.next...] + $0.lines[..<$0.next]) }
    }

    /// The same for two runs only if every line was.
    var fingerprint: UInt64 { state.withLock { $0.hash } }
}

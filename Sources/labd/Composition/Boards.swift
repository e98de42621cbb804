import LabModel
import Synchronization

/// The boards of this lab as everybody sees them. The keeper writes here whenever it has changed something.
final class Boards: BoardRegistry {
    private struct State {
        var names: [BoardName] = []
        var boards: [BoardName: any ClosableBoard] = [:]
        var standings: [BoardName: BoardStanding] = [:]
        var departures: [BoardStanding.Departure] = []
        var problems: [Diagnostic] = []
    }

    private let state = Mutex(State())
    private static let mostDepartures = 200

    var names: [BoardName] { state.withLock { $0.names } }

    func board(_ name: BoardName) -> (any Board)? { state.withLock { $0.boards[name] } }

    func standing(_ name: BoardName) -> BoardStanding {
        state.withLock { $0.standings[name] } ?? BoardStanding(isOpen: false)
    }

    var departures: [BoardStanding.Departure] { state.withLock { $0.departures } }

    /// What is wrong with the boards folder itself.
    var problems: [Diagnostic] {
        get { state.withLock { $0.problems } }
        set { state.withLock { $0.problems = newValue } }
    }

    /// What the boards that are there are made of, for whoever needs no board.
    var definitions: [BoardDefinition] {
        state.withLock { state in
            state.names.compactMap { name in
                state.standings[name].flatMap { $0.isOpen ? $0.definition : nil }
            }
        }
    }

    /// Everything that is wrong with board files.
    var faults: [Diagnostic] {
        state.withLock { state in
            state.problems + state.names.flatMap { state.standings[$0]?.diagnostics ?? [] }
        }
    }

    /// Shows the roster's standings from now on.
    func show(_ roster: BoardRoster) {
        let standings = Dictionary(uniqueKeysWithValues: roster.names.map { ($0, roster.standing($0)) })
        state.withLock { state in
            for name in state.names where standings[name] == nil {
                guard let gone = state.standings[name], let file = gone.file, let type = gone.definition?.type else {
                    continue
                }
                state.departures.append(BoardStanding.Departure(name: name, type: type, file: file))
            }
            state.departures.removeFirst(max(0, state.departures.count - Self.mostDepartures))
            state.names = roster.names
            state.standings = standings
        }
    }

    /// Puts a board in its place, or takes it away.
    ///
    /// - Returns: the board that was there.
    @discardableResult
    func place(_ board: (any ClosableBoard)?, as name: BoardName) -> (any ClosableBoard)? {
        state.withLock { state in
            defer { state.boards[name] = board }
            return state.boards[name]
        }
    }

    /// Takes all boards away.
    func takeAll() -> [any ClosableBoard] {
        state.withLock { state in
            defer { state.boards = [:] }
            return state.names.compactMap { state.boards[$0] }
        }
    }
}

import LabModel

/// Which boards there should be and which there are, and what is to be done about the difference. No I/O: it is told
/// what was read and what came of each task, and answers with tasks. However often and in whatever order descriptions
/// change, when all tasks are done the boards are those that were described last.
struct BoardRoster: Sendable {
    /// Something to do while nobody holds the board.
    enum Task: Hashable, Sendable {
        case open(BoardDefinition)
        /// Close the board that is there and open this one.
        case exchange(BoardDefinition)
        case close(BoardName)

        var board: BoardName {
            switch self {
            case .open(let definition), .exchange(let definition): definition.name
            case .close(let name): name
            }
        }
    }

    /// What everybody may know of a board, and what a change is a difference of.
    enum Phase: Hashable, Sendable {
        case ready(BoardDefinition)
        case broken([Diagnostic])
    }

    private struct Seat: Sendable {
        var reading: BoardReading
        /// What the board that is there was made of.
        var open: BoardDefinition?
        /// Why the newest description could not be made a board.
        var fault: Diagnostic?
        /// It was tried with this description; only `retry` or another one tries again.
        var tried: BoardDefinition?
        /// Nobody describes it any more.
        var isLeaving = false

        var diagnostics: [Diagnostic] { reading.diagnostics + (fault.map { [$0] } ?? []) }

        var task: Task? {
            if isLeaving { return .close(reading.name) }
            guard let wanted = reading.fit, wanted != tried else { return nil }
            guard let open else { return .open(wanted) }
            return open.needsExchange(for: wanted) ? .exchange(wanted) : nil
        }

        var phase: Phase? {
            let errors = diagnostics.filter { $0.severity == .error }
            return errors.isEmpty ? open.map(Phase.ready) : .broken(errors)
        }

        var standing: BoardStanding {
            let pending: BoardStanding.Pending? =
                switch task {
                case .close: .removal
                case .exchange: .change
                case .open, nil: nil
                }
            return BoardStanding(
                file: reading.file, definition: open ?? reading.definition, diagnostics: diagnostics,
                pending: pending, isOpen: open != nil)
        }
    }

    /// In the order of the descriptions; those that leave keep their place until they have left.
    private(set) var names: [BoardName] = []
    private var seats: [BoardName: Seat] = [:]

    /// Takes in what is described now.
    mutating func take(_ readings: [BoardReading]) {
        let described = Set(readings.map(\.name))
        let leaving = names.filter { !described.contains($0) }
        for name in leaving {
            if seats[name]?.open == nil { seats[name] = nil } else { seats[name]?.isLeaving = true }
        }
        for reading in readings {
            guard var seat = seats[reading.name] else {
                seats[reading.name] = Seat(reading: reading)
                continue
            }
            seat.isLeaving = false
            if seat.reading.fit != reading.fit {
                seat.fault = nil
                seat.tried = nil
            }
            seat.reading = reading
            // Nobody has to let go of a board for its tags.
            if let open = seat.open, let wanted = reading.fit, !open.needsExchange(for: wanted) { seat.open = wanted }
            seats[reading.name] = seat
        }
        names = readings.map(\.name) + leaving.filter { seats[$0] != nil }
    }

    /// What is to be done now, in the order of the boards.
    var tasks: [Task] { names.compactMap { seats[$0]?.task } }

    /// A board was made of this definition.
    mutating func opened(_ definition: BoardDefinition) {
        seats[definition.name]?.open = definition
        seats[definition.name]?.fault = nil
        seats[definition.name]?.tried = nil
    }

    /// No board could be made of this definition; there is none of this name now.
    mutating func failed(_ definition: BoardDefinition, _ fault: Diagnostic) {
        seats[definition.name]?.open = nil
        seats[definition.name]?.fault = fault
        seats[definition.name]?.tried = definition
    }

    /// A board that nobody describes any more was closed.
    mutating func closed(_ name: BoardName) {
        guard seats[name]?.isLeaving == true else { return }
        seats[name] = nil
        names.removeAll { $0 == name }
    }

    /// Tries again what failed: what was unplugged may be plugged in now.
    mutating func retry() {
        for name in names { seats[name]?.tried = nil }
    }

    func standing(_ name: BoardName) -> BoardStanding { seats[name]?.standing ?? BoardStanding(isOpen: false) }

    /// Of every board that is ready or broken; one that is not opened yet is neither.
    var phases: [BoardName: Phase] { seats.compactMapValues(\.phase) }

    /// What changed between two moments, by name.
    static func changes(from old: [BoardName: Phase], to new: [BoardName: Phase]) -> [BoardChange] {
        Set(old.keys).union(new.keys).sorted().compactMap { name in
            let change: (kind: BoardChange.Kind, diagnostics: [Diagnostic])? =
                switch (old[name], new[name]) {
                case (nil, nil): nil
                case (nil, .ready): (.added, [])
                case (_, .broken(let errors)): old[name] == new[name] ? nil : (.broken, errors)
                case (.broken, .ready): (.repaired, [])
                case (.ready(let before), .ready(let after)): before == after ? nil : (.changed, [])
                case (_, nil): (.removed, [])
                }
            return change.map { BoardChange(board: name, kind: $0.kind, diagnostics: $0.diagnostics) }
        }
    }
}

extension BoardDefinition {
    /// Whether a board of this definition has to be closed for one of `other`: its tags and its description are for the
    /// queue and for people only.
    func needsExchange(for other: BoardDefinition) -> Bool {
        var plain = other
        plain.tags = tags
        plain.description = description
        return self != plain
    }
}

/// Looks for the write whose presence makes a state fail, by asking for its neighbours.
struct Minimiser: Sendable {
    private enum Goal: Sendable {
        /// Neighbours to try in order; the first that passes names the difference.
        case neighbours([(id: StateID, writes: [Int], flip: Explanation.Flip)])
        /// Takes away what a lost-write state can do without, then finds what the rest cannot.
        case removing(present: [Int], position: Int)
        /// Nothing is there at all: adds writes until it passes.
        case adding(present: [Int], missing: [Int])
        /// The difference is known: looks for one more write that makes it pass.
        case completing(present: [Int], missing: [Int])
        case done
    }

    private let space: CrashSpace
    private let window: FlushWindow?
    private var goal: Goal
    private(set) var minimal: StateID
    private(set) var passing: StateID?
    private(set) var flip = Explanation.Flip.unknown
    private(set) var writes: [Int] = []
    /// The lost write that would have saved the board, and the state with it.
    private(set) var saving: (write: Int, state: StateID)?
    private var lastPassing: StateID?

    /// Lost writes that are tried for the one that saves.
    private static let savingLimit = 12

    init(_ state: StateID, space: CrashSpace) {
        self.space = space
        minimal = state
        let cut = state.update
        if let last = state.recoveries.last {
            window = nil
            let earlier = last.writes > 1 ? state.parent?.recovery(cutAfter: last.writes - 1) : state.parent
            goal = .neighbours(earlier.map { [($0, [last.writes], .recovery)] } ?? [])
        } else if case .some(let prefix, let present) = cut.kept, cut.torn == nil {
            window = FlushWindow(
                durablePrefix: prefix, cut: cut.writes, volatile: space.epochs.volatileWrites(atCut: cut.writes))
            goal =
                present.isEmpty
                ? .adding(present: [], missing: window?.volatile ?? []) : .removing(present: present, position: 0)
        } else if cut.torn != nil {
            window = nil
            let torn = cut.writes + 1
            goal = .neighbours([
                (StateID(StateID.Cut(writes: cut.writes, kept: cut.kept)), [torn], .tearing),
                (.prefix(torn), [torn], .tearing),
            ])
        } else {
            window = nil
            goal = .neighbours(
                cut.writes > 0 ? [(.prefix(cut.writes - 1), [cut.writes], .presence)] : [])
        }
    }

    /// The next state whose outcome is wanted; nil when there is nothing more to find out.
    var wanted: StateID? {
        switch goal {
        case .neighbours(let left): left.first?.id
        case .removing(let present, let position):
            position < present.count ? id(present.enumerated().filter { $0.offset != position }.map(\.element)) : nil
        case .adding(let present, let missing), .completing(let present, let missing):
            missing.first.map { id((present + [$0]).sorted()) }
        case .done: nil
        }
    }

    /// Whether the wanted state fails; nil if that could not be found out.
    mutating func learned(fails: Bool?) {
        guard let id = wanted else { return }
        switch goal {
        case .neighbours(let left):
            if fails == false {
                (passing, flip, writes, goal) = (id, left[0].flip, left[0].writes, .done)
            } else {
                goal = .neighbours(Array(left.dropFirst()))
            }
        case .removing(var present, let position):
            if fails == true {
                present.remove(at: position)
                minimal = id
                goal = .removing(present: present, position: position)
            } else {
                if fails == false { lastPassing = id }
                goal = .removing(present: present, position: position + 1)
            }
            endRemoving()
        case .adding(let present, let missing):
            if fails == false {
                (passing, flip, writes, goal) = (id, .absence, [missing[0]], .done)
            } else {
                if fails == true { minimal = id }
                goal = .adding(
                    present: fails == true ? (present + [missing[0]]).sorted() : present,
                    missing: Array(missing.dropFirst()))
            }
        case .completing(let present, let missing):
            if fails == false {
                (saving, goal) = ((missing[0], id), .done)
            } else {
                goal = .completing(present: present, missing: Array(missing.dropFirst()))
            }
        case .done:
            break
        }
    }

    private mutating func endRemoving() {
        guard case .removing(let present, let position) = goal, position >= present.count else { return }
        if present.isEmpty {
            goal = .adding(present: [], missing: window?.volatile ?? [])
        } else {
            // The nearest lost writes first: what belongs together is written together.
            let last = present.max() ?? 0
            let missing = (window?.volatile ?? []).filter { !present.contains($0) }
                .sorted { (abs($0 - last), $0) < (abs($1 - last), $1) }
            (passing, flip, writes) = (lastPassing, .presence, present)
            goal = .completing(present: present, missing: Array(missing.prefix(Self.savingLimit)))
        }
    }

    private func id(_ present: [Int]) -> StateID {
        StateID(
            StateID.Cut(
                writes: window?.cut ?? 0, kept: .some(durablePrefix: window?.durablePrefix ?? 0, volatile: present)))
    }
}

import LabModel

/// The boards of the configuration, made once at start.
struct Boards: BoardRegistry {
    let names: [BoardName]
    private let boards: [BoardName: any Board]

    init(_ boards: [any Board]) {
        names = boards.map(\.name)
        self.boards = Dictionary(boards.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func board(_ name: BoardName) -> (any Board)? { boards[name] }
}

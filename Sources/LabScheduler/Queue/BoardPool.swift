import LabModel

/// The lab's boards by number, in the order of the configuration.
struct BoardPool: Sendable {
    private(set) var boards: [BoardRecord] = []
    /// Whether each could be given, as far as its record says: kept, because every look at the queue asks for all.
    private(set) var isUsable: [Bool] = []
    private(set) var usableCount = 0
    private var numbers: [BoardName: Int] = [:]
    private var types: [DeviceTypeName: [Int]] = [:]
    /// When each was last given, as a count: the one that rested longest comes first.
    private var uses: [Int] = []
    private var useCount = 0
    private var suitable: [Demand: [Int]] = [:]
    /// Demands whose boards are remembered.
    private static let memory = 10_000

    init(_ boards: [BoardRecord] = []) {
        replace(boards)
    }

    subscript(number: Int) -> BoardRecord { boards[number] }

    func number(of name: BoardName) -> Int? { numbers[name] }

    /// All boards anew.
    mutating func replace(_ all: [BoardRecord]) {
        let before = Dictionary(uniqueKeysWithValues: zip(boards.map(\.name), uses))
        boards = all
        numbers = Dictionary(zip(all.map(\.name), all.indices), uniquingKeysWith: { first, _ in first })
        types = Dictionary(grouping: all.indices) { all[$0].type }
        uses = all.map { before[$0.name] ?? 0 }
        isUsable = all.map(Self.isUsable)
        usableCount = isUsable.count { $0 }
        suitable = [:]
    }

    /// - Returns: false for a board that was not known.
    mutating func update(_ board: BoardRecord) -> Bool {
        guard let number = numbers[board.name] else { return false }
        let old = boards[number]
        boards[number] = board
        let isUsable = Self.isUsable(board)
        usableCount += (isUsable ? 1 : 0) - (self.isUsable[number] ? 1 : 0)
        self.isUsable[number] = isUsable
        if old.type != board.type {
            types = Dictionary(grouping: boards.indices) { boards[$0].type }
        }
        if old.type != board.type || old.tags != board.tags { suitable = [:] }
        return true
    }

    /// One that is looping takes the check that could end it.
    private static func isUsable(_ board: BoardRecord) -> Bool {
        board.state == .idle && (board.health.acceptsJobs || board.health == .looping)
    }

    mutating func noteUse(_ number: Int) {
        useCount += 1
        uses[number] = useCount
    }

    /// Boards that are what `demand` asks for, whatever they are doing now.
    mutating func boards(for demand: Demand) -> [Int] {
        if let known = suitable[demand] { return known }
        let found = boardsAnew(for: demand)
        if suitable.count >= Self.memory { suitable = [:] }
        suitable[demand] = found
        return found
    }

    func boardsAnew(for demand: Demand) -> [Int] {
        if let name = demand.board {
            return numbers[name].map { demand.suits(boards[$0]) ? [$0] : [] } ?? []
        }
        let numbers = demand.type.map { types[$0] ?? [] } ?? Array(boards.indices)
        return demand.tags.isEmpty ? numbers : numbers.filter { demand.suits(boards[$0]) }
    }

    /// The best first: those with the fewest tags, because others may need the tags, then those that rested longest.
    func byPreference(_ numbers: [Int]) -> [Int] {
        guard numbers.count > 1 else { return numbers }
        return numbers.sorted {
            (boards[$0].tags.count, uses[$0], $0) < (boards[$1].tags.count, uses[$1], $1)
        }
    }
}

import LabModel

/// Counts, job by job in the order of turns, how many earlier ones ask for boards that the next one could take.
struct PlacesAhead {
    private let pool: BoardPool
    private var counts: [Demand: Int] = [:]
    /// The same of the jobs of each group: nobody waits for his own.
    private var members: [JobID: [Demand: Int]] = [:]
    private var rivals: [Pair: Bool] = [:]

    private struct Pair: Hashable {
        let first: Demand
        let second: Demand
    }

    init(_ queue: LabQueue) {
        pool = queue.pool
    }

    /// How many are ahead of `job`, which itself is ahead of all that are asked for later.
    mutating func place(of job: JobRecord) -> Int {
        let demand = Demand(job)
        var ahead = 0
        let own = job.group.flatMap { members[$0.group] } ?? [:]
        for (other, count) in counts where areRivals(other, demand) { ahead += count - (own[other] ?? 0) }
        counts[demand, default: 0] += 1
        if let group = job.group { members[group.group, default: [:]][demand, default: 0] += 1 }
        return ahead
    }

    private mutating func areRivals(_ first: Demand, _ second: Demand) -> Bool {
        let pair = Pair(first: first, second: second)
        if let known = rivals[pair] { return known }
        let mine = pool.boardsAnew(for: second).filter { second.trusts(pool[$0].health) }
        let answer = mine.contains { first.suits(pool[$0]) }
        rivals[pair] = answer
        return answer
    }
}

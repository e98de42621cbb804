import Synchronization
import Testing

/// What dead daemons of a lab had started: none of it may run once a later one serves.
final class Orphans: Sendable {
    private let state: String
    private let children = Mutex<Set<ProcessTable.Process>>([])

    init(lab state: String) { self.state = state }

    /// Counts in what runs below a labd that is about to be killed. It has to be stopped: what it starts meanwhile, or
    /// what has lost its parent, would not be found.
    func count(below daemon: Int32) {
        let found = ProcessTable().descendants(of: daemon)
        children.withLock { $0.formUnion(found) }
    }

    /// Nothing that an older labd started is left: neither by its tag, nor by its descent.
    func expectNone(before epoch: Int64, _ moment: String) {
        for (number, tag) in PoweredBoards(lab: state).processes where tag < epoch {
            Issue.record("\(moment): process \(number) of epoch \(tag) is left")
        }
        let table = ProcessTable()
        let left = children.withLock { children in
            defer { children = [] }
            return children.filter { table.contains($0) }
        }
        #expect(left.isEmpty, "\(moment)")
    }
}

import LabModel

/// The floor of a row: the same contact of another device of the same kind, moved by one bare call.
struct BareSwitch {
    /// What the call is, in the words of the table.
    var name: String
    /// The contact that it moves.
    var watch: ContactWatch
    var set: (_ isOn: Bool) throws -> Void
    /// What is still to be done before the next call, unmeasured.
    var settle: () throws -> Void = {}

    /// Milliseconds from the call that opens the contact to the contact.
    func cut() throws -> Double {
        try set(true)
        _ = try watch.time(of: true)
        try settle()
        let start = SystemLabClock().monotonic()
        try set(false)
        let moved = try watch.time(of: false)
        try settle()
        return moved.duration(since: start).inSeconds * 1000
    }
}

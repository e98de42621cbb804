/// The leases in whose name lablctl commands boards: `LABD_LEASE`, such as `sim-1=12,sim-2=13`. A lease that is named
/// must still stand: without a name any lease of the same user will do.
struct LeaseNames: Hashable, Sendable {
    /// Numbers by board.
    private(set) var numbers: [String: Int64] = [:]

    init() {}

    /// Reads the variable; what is not a pair of a board and a number is passed over.
    init(_ variable: String?) {
        for pair in (variable ?? "").split(separator: ",") {
            let parts = pair.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, let number = Int64(parts[1]), number > 0 else { continue }
            numbers[String(parts[0])] = number
        }
    }

    /// The same with one more.
    func adding(_ number: Int64, of board: String) -> LeaseNames {
        var copy = self
        copy.numbers[board] = number
        return copy
    }

    /// As the variable has it.
    var variable: String {
        numbers.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }

    /// The number for a request about a board; nil for other requests and boards.
    func number(for target: String) -> Int64? {
        let parts = target.split(separator: "?")[0].split(separator: "/")
        guard parts.count >= 4, parts[2] == "boards" else { return nil }
        return numbers.first { Endpoint.percentEncoded($0.key) == parts[3] }?.value
    }
}

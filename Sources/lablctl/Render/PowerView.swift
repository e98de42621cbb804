import LabModel
import LabWire

/// What switching a board's power came to.
struct PowerView {
    var style: TextStyle

    /// - Parameter isOff: whether it was to be switched off.
    func switched(_ board: BoardInfo, isOff: Bool) -> [String] {
        let name = SafeText.line(board.name)
        let power = "\(name): power \(SafeText.line(board.power))"
        guard let lease = board.lease, lease.ending == nil else { return [power] }
        let until = Figures.minute(lease.until)
        // Whoever reserved it knows that he holds it; what he may have forgotten is that it stays his.
        if isOff { return ["\(power); \(SafeText.line(lease.holder)) still holds it, until \(until) UTC"] }
        guard lease.reason == Reservation.byHandReason else { return [power] }
        return [
            power,
            style.paint(
                "  labd keeps \(name) for you until \(until.suffix(5)) UTC; `lablctl release \(name)` gives it back",
                .dim),
        ]
    }
}

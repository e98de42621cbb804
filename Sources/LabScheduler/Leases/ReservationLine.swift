import LabModel

/// The people who wait for a board, in the order in which they came.
struct ReservationLine: Sendable {
    struct Waiter: Sendable {
        var number: Int
        var wish: ReservationWish
        var caller: Caller
        /// Kept for this one until it is taken or refused.
        var offer: BoardName?
        var offers: AsyncStream<Void>.Continuation
    }

    private(set) var waiters: [Waiter] = []
    private var last = 0
    /// More people than that do not wait for boards.
    static let limit = 1000

    subscript(_ place: LinePlace) -> Waiter? { waiters.first { $0.number == place.number } }

    /// - Returns: nil when the line is too long.
    mutating func stand(_ wish: ReservationWish, by caller: Caller) -> LinePlace? {
        guard waiters.count < Self.limit else { return nil }
        last += 1
        let (offers, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        waiters.append(Waiter(number: last, wish: wish, caller: caller, offers: continuation))
        return LinePlace(number: last, offers: offers)
    }

    /// Offers a board to the first who wants one like it and has no offer.
    ///
    /// - Returns: whether somebody has it now.
    mutating func offer(_ definition: BoardDefinition) -> Bool {
        let index = waiters.firstIndex { waiter in
            let wish = waiter.wish
            return waiter.offer == nil && (wish.board.map { $0 == definition.name } ?? true)
                && (wish.type.map { $0 == definition.type } ?? true) && Set(wish.tags).isSubset(of: definition.tags)
        }
        guard let index else { return false }
        waiters[index].offer = definition.name
        waiters[index].offers.yield()
        return true
    }

    /// - Returns: the board that was offered; nobody is offered it now.
    mutating func takeOffer(_ place: LinePlace) -> BoardName? {
        guard let index = waiters.firstIndex(where: { $0.number == place.number }) else { return nil }
        defer { waiters[index].offer = nil }
        return waiters[index].offer
    }

    /// - Returns: the board that was offered to the one who left.
    mutating func leave(_ place: LinePlace) -> BoardName? {
        guard let index = waiters.firstIndex(where: { $0.number == place.number }) else { return nil }
        let waiter = waiters.remove(at: index)
        waiter.offers.finish()
        return waiter.offer
    }
}

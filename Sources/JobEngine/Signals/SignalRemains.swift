/// Tells whether what reads as an unprotected signal is what was left of protected ones that had to be sent again.
struct SignalRemains {
    private static let closing = UInt8(ascii: ">")
    /// What the runner prints after its last signal.
    private static let last = Array("<LAVA_TEST_RUNNER EXIT>".utf8)
    /// The lost signals as they go over the line, in their order.
    private let lost: [[UInt8]]

    init(of lost: [String]) {
        self.lost = lost.map { Array($0.utf8) }
    }

    /// Whether `signal` is what losing bytes of the lost signals leaves, or one of them up to a `>` in its text with
    /// something printed into it.
    func explain(_ signal: ReceivedSignal) -> Bool {
        let text = Array("\(signal.name) \(signal.text)".utf8)
        return isLeft(text) || lost.contains { isDisturbed(text + [Self.closing], $0) }
    }

    private func isLeft(_ text: [UInt8]) -> Bool {
        var rest = text[...]
        for byte in (lost + [Self.last]).joined() where rest.first == byte { rest.removeFirst() }
        return rest.isEmpty
    }

    private func isDisturbed(_ text: [UInt8], _ whole: [UInt8]) -> Bool {
        // Reading ended at the first sign of the end, so what was printed into it has none.
        guard let end = whole.firstIndex(of: Self.closing) else { return false }
        let begin = zip(text, whole).prefix { $0 == $1 }.count
        let rest = zip(text.reversed(), whole[...end].reversed()).prefix { $0 == $1 }.count
        return end + 1 - rest <= min(begin, end)
    }
}

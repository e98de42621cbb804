/// A request to the group as the helpers on the board print it: `MULTINODE TOKEN VERB NAME…`.
///
/// A board that has no answer yet says its request again, with another number, so the token tells which requests are the
/// same: the number of the signal that first brought it. That one itself has the token 0; where signals have no numbers
/// the token is `p` with the number of the helper's process.
struct GroupSignal: Hashable, Sendable {
    static let name = "MULTINODE"

    var token: String
    var request: GroupRequest

    /// - Parameter number: of the signal.
    /// - Returns: nil for what has not its form.
    init?(_ text: String, number: Int?) {
        let words = text.split(separator: " ").map(String.init)
        guard let token = words.first, let request = GroupRequest(words: Array(words.dropFirst())) else { return nil }
        switch (token, number) {
        case ("0", let number?): self.token = "\(number)"
        case ("0", nil): return nil
        default:
            let digits = token.drop { $0 == "p" }
            guard (1...10).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return nil
            }
            self.token = token
        }
        self.request = request
    }
}

extension ReceivedSignal {
    /// The request to the group in it; nil for any other signal.
    var groupSignal: GroupSignal? { name == GroupSignal.name ? GroupSignal(text, number: number) : nil }
}

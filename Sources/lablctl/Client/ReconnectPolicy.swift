/// When a broken stream is opened again: soon at first, then more slowly, and not for ever.
struct ReconnectPolicy {
    /// How long the server may stay away before the follower gives up.
    let patience: Duration
    private var waited: Duration = .zero
    private var next: Duration = .milliseconds(200)

    init(patience: Duration = .seconds(60)) {
        self.patience = patience
    }

    /// The stream brought something: the next interruption starts anew.
    mutating func succeeded() {
        waited = .zero
        next = .milliseconds(200)
    }

    /// The pause before the next attempt; nil when it is time to give up.
    mutating func failed() -> Duration? {
        guard waited < patience else { return nil }
        let pause = next
        waited += pause
        next = min(next * 2, .seconds(5))
        return pause
    }
}

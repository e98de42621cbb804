extension BootRecording {
    /// Bytes that are kept of one boot's writes at most.
    static let payloadLimit = 8 << 20

    /// The first writes, as far as repeated cuts need them and memory allows; the others are counted.
    func bounded(writes limit: Int) -> BootRecording {
        var count = 0
        var size = 0
        for write in writes.prefix(limit) {
            size += write.content == .data ? write.length : 0
            guard size <= Self.payloadLimit else { break }
            count += 1
        }
        guard count < writeCount || limit == 0 else { return self }
        var bounded = prefix(count)
        bounded.leftOut = leftOut + writeCount - count
        return bounded
    }
}

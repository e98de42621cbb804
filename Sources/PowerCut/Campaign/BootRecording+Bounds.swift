extension BootRecording {
    /// The first writes, as far as repeated cuts need them and memory allows.
    func bounded(writes limit: Int) -> BootRecording {
        let payloadLimit = 8 << 20
        var count = 0
        var size = 0
        for write in writes.prefix(limit) {
            size += write.content == .data ? write.length : 0
            guard size <= payloadLimit else { break }
            count += 1
        }
        return count == writeCount && limit > 0 ? self : prefix(count)
    }
}

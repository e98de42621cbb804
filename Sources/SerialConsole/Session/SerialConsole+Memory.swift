import NIOCore

// For measurements: a console that is fed from memory.
extension SerialConsole {
    /// Reads `bytes` as if its endpoint had delivered them, `chunk` at a time, and returns when they are in the
    /// transcript. The event loop turns after every 64 KiB, as it does between reads of a channel; when the disk is far
    /// behind it is waited for, so that nothing becomes a gap.
    package func feed(_ bytes: [UInt8], chunk: Int) async throws {
        let feeding = MemoryFeed(bytes: bytes, chunk: chunk)
        try await eventLoop.flatSubmit { [core, eventLoop] in
            let done = eventLoop.makePromise(of: Void.self)
            feeding.goOn(core.value, from: 0, done)
            return done.futureResult
        }.get()
    }

    /// Bytes of the transcript that were left out.
    package func bytesMissing() async -> UInt64 {
        await onLoop(0) { $0.transcript?.bytesMissing ?? 0 }
    }
}

private struct MemoryFeed: Sendable {
    /// The most output that may wait for the disk, in bytes.
    private static let patience = 96 * 1024

    let bytes: [UInt8]
    let chunk: Int

    func goOn(_ core: ConsoleCore, from start: Int, _ done: EventLoopPromise<Void>) {
        let end = min(bytes.count, start + max(chunk, 65_536))
        bytes.withUnsafeBytes { bytes in
            for place in stride(from: start, to: end, by: chunk) {
                core.received(UnsafeRawBufferPointer(rebasing: bytes[place..<min(place + chunk, end)]))
            }
        }
        guard let transcript = core.transcript else { return done.succeed() }
        let loop = core.eventLoop.assumeIsolated()
        if end == bytes.count {
            transcript.flush().cascade(to: done)
        } else if transcript.backlog > Self.patience {
            transcript.flush().assumeIsolated().whenComplete { _ in goOn(core, from: end, done) }
        } else {
            loop.execute { goOn(core, from: end, done) }
        }
    }
}

import LabModel
import NIOCore

// Handing out raw output.
extension ConsoleCore {
    /// A reader that has seen everything and waits for more.
    struct WaitingReader {
        let place: UInt64
        let continuation: CheckedContinuation<ConsoleChunk?, Never>
    }

    /// The largest chunk that is handed out.
    private static var largest: UInt64 { 65_536 }

    /// Answers with the output at `place`, as soon as there is some; nil at the end.
    func nextChunk(from place: UInt64, key: WaitKey, continuation: CheckedContinuation<ConsoleChunk?, Never>) {
        guard !key.isCancelled else { return continuation.resume(returning: nil) }
        if place >= state.end {
            if isClosed { return continuation.resume(returning: nil) }
            readers[key] = WaitingReader(place: place, continuation: continuation)
        } else if place >= state.history.base {
            continuation.resume(returning: recentChunk(from: place, lost: 0))
        } else if let transcript {
            transcript.read(from: place, count: Int(Self.largest)).assumeIsolated().whenComplete { result in
                let bytes = (try? result.get()) ?? []
                let chunk = ConsoleChunk(offset: ConsoleOffset(rawValue: place), bytes: bytes)
                continuation.resume(returning: bytes.isEmpty ? self.skippedChunk(place) : chunk)
            }
        } else {
            continuation.resume(returning: skippedChunk(place))
        }
    }

    func cancelReading(_ key: WaitKey) {
        readers.removeValue(forKey: key)?.continuation.resume(returning: nil)
    }

    /// Answers the readers that wait.
    func serveReaders() {
        let ready = readers.filter { $0.value.place < state.end || isClosed }
        for (key, reader) in ready {
            readers[key] = nil
            nextChunk(from: reader.place, key: key, continuation: reader.continuation)
        }
    }

    /// The oldest output at hand, for a reader whose place is gone.
    private func skippedChunk(_ place: UInt64) -> ConsoleChunk {
        recentChunk(from: state.history.base, lost: state.history.base - place)
    }

    private func recentChunk(from place: UInt64, lost: UInt64) -> ConsoleChunk {
        let end = min(state.end, place + Self.largest)
        return ConsoleChunk(
            offset: ConsoleOffset(rawValue: place), bytes: Array(state.history[place..<end]), lost: lost)
    }
}

/// What a piece of work told on its way, or came to.
enum Outcome<Value: Sendable>: Sendable {
    case progress(Value)
    case value(Value)
    case failure(any Error)

    /// - Throws: what the work threw.
    func value() throws -> Value {
        switch self {
        case .progress(let value), .value(let value): return value
        case .failure(let error): throw error
        }
    }

    /// `work` as a stream of one. It runs in the task of whoever asks for it, and is cancelled with that task.
    static func once(_ work: @escaping @Sendable () async throws -> Value) -> AsyncStream<Outcome> {
        .once {
            do {
                return .value(try await work())
            } catch {
                return .failure(error)
            }
        }
    }

    /// The same, and what `work` tells meanwhile. Of several that nobody waited for only the last is kept.
    static func progressing(
        _ work: @escaping @Sendable (@escaping @Sendable (Value) async -> Void) async throws -> Value
    ) -> [AsyncStream<Outcome>] {
        let (progress, told) = AsyncStream<Outcome>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let end = once {
            defer { told.finish() }
            return try await work { told.yield(.progress($0)) }
        }
        return [progress, end]
    }
}

extension AsyncStream where Element: Sendable {
    /// A stream of what `work` gives; it runs in the task of whoever asks for it, and is cancelled with that task.
    static func once(_ work: @escaping @Sendable () async -> Element) -> AsyncStream {
        let (turns, turn) = AsyncStream<Void>.makeStream()
        turn.yield()
        turn.finish()
        return AsyncStream(unfolding: {
            var iterator = turns.makeAsyncIterator()
            return await iterator.next() == nil ? nil : await work()
        })
    }

    /// The same moments, each told as a signal. Of several that nobody waited for only those that the source keeps.
    func signalling<Signal: Sendable>(_ signal: @escaping @Sendable (Element) -> Signal) -> AsyncStream<Signal> {
        let source = self
        return AsyncStream<Signal>(unfolding: {
            var iterator = source.makeAsyncIterator()
            return await iterator.next().map(signal)
        })
    }
}

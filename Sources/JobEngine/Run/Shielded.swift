/// Runs `work` to its end even when the calling task is cancelled.
///
/// The one unstructured task of the engine: putting a board to rest must not be skipped because its job was cancelled.
func shielded<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value {
    await Task.detached { await work() }.value
}

import LabModel
import NIOPosix

/// Calls that block, on threads that are there for it.
enum HostWork {
    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value? {
        try? await NIOThreadPool.singleton.runIfActive { body() }
    }
}

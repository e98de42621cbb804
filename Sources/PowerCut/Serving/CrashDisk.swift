public import LabModel
public import NIOCore
import Synchronization

/// A crash state as a disk for one boot: what is read is logged, what is written stays with this boot.
public final class CrashDisk: DiskExport {
    private struct State {
        var view: CrashView
        var pending: Pending?
        /// The boot wrote more than a view may hold, so nothing it does counts.
        var failure: Failure?
    }

    private enum Pending {
        case write(offset: Int, bytes: [UInt8], isFUA: Bool)
        case clear(offset: Int, length: Int, content: TraceWrite.Content, isFUA: Bool)
        case flush
    }

    private let clock: any LabClock
    private let state: Mutex<State>
    public let size: UInt64
    public var isReadOnly: Bool { false }

    /// - Parameter limit: bytes that the boot may write, each write counted.
    public init(_ crash: CrashState, limit: Int = 1 << 30, clock: any LabClock) {
        self.clock = clock
        size = UInt64(crash.size)
        state = Mutex(State(view: CrashView(crash, limit: limit)))
    }

    /// What the boot read and wrote so far.
    ///
    /// - Throws: `infrastructure` when the boot wrote more than is kept.
    public func evidence() throws(Failure) -> (log: ReadLog, recording: BootRecording) {
        let (log, recording, failure) = state.withLock { ($0.view.readLog, $0.view.recording, $0.failure) }
        if let failure { throw failure }
        return (log, recording)
    }

    // MARK: - DiskExport

    public func read(at offset: UInt64, length: Int, into buffer: inout ByteBuffer) throws(NBDError) {
        let isRead = state.withLock { state in
            let got = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { target in
                let target = UnsafeMutableRawBufferPointer(rebasing: target[..<length])
                return (try? state.view.read(offset: Int(offset), into: target)) == nil ? 0 : length
            }
            return got == length
        }
        if !isRead { throw .io }
    }

    public func write(_ payload: ByteBufferView, at offset: UInt64, forceUnitAccess: Bool) throws(NBDError) {
        try take(.write(offset: Int(offset), bytes: Array(payload), isFUA: forceUnitAccess))
    }

    public func writeZeroes(
        at offset: UInt64, length: Int, forceUnitAccess: Bool, isTrim: Bool
    ) throws(NBDError) {
        try take(
            .clear(offset: Int(offset), length: length, content: isTrim ? .trim : .zeros, isFUA: forceUnitAccess))
    }

    public func flush() throws(NBDError) {
        try take(.flush)
    }

    public func acknowledge(isPipelined: Bool) {
        let now = clock.monotonic()
        state.withLock { state in
            guard let pending = state.pending else { return }
            state.pending = nil
            do throws(Failure) {
                switch pending {
                case .write(let offset, let bytes, let isFUA):
                    try state.view.write(offset: offset, bytes, isFUA: isFUA, isAmbiguous: isPipelined, at: now)
                case .clear(let offset, let length, let content, let isFUA):
                    try state.view.clear(
                        offset: offset, length: length, content: content, isFUA: isFUA, isAmbiguous: isPipelined,
                        at: now)
                case .flush: state.view.flush(isAmbiguous: isPipelined, at: now)
                }
            } catch {
                state.failure = error
            }
        }
    }

    public func disconnected() {}

    private func take(_ pending: Pending) throws(NBDError) {
        let isFull = state.withLock { state in
            state.pending = pending
            return state.failure != nil
        }
        if isFull { throw .noSpace }
    }
}

import Glibc
public import LabModel
public import NIOCore
import Synchronization

/// A disk that keeps what a board writes, in a file of its own, and records it as a trace.
public final class RecordingDisk: DiskExport {
    private struct State {
        var writer: TraceWriter?
        /// Taken, and not yet acknowledged.
        var pending: Pending?
        var failure: Failure?
    }

    private enum Pending {
        case write(offset: Int, bytes: [UInt8], isFUA: Bool)
        case clear(offset: Int, length: Int, content: TraceWrite.Content, isFUA: Bool)
        case flush
    }

    private let descriptor: Int32
    private let clock: any LabClock
    // TraceWriter is no value and belongs to whoever holds the lock.
    private let state: Mutex<State>
    public let size: UInt64
    public var isReadOnly: Bool { false }

    /// - Parameters:
    ///   - copy: a private copy of the base image; it is written to.
    ///   - trace: where the recording goes; must not exist.
    /// - Throws: `infrastructure` when one of the files cannot be used.
    public init(
        copy: String, trace: String, header: TraceHeader, clock: any LabClock
    ) throws(Failure) {
        descriptor = open(copy, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Failure(.infrastructure, "cannot open \(copy): \(String(cString: strerror(errno)))")
        }
        self.clock = clock
        size = UInt64(header.baseSize)
        do throws(Failure) {
            let writer = try TraceWriter(path: trace, header: header)
            state = Mutex(State(writer: writer))
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    deinit { Glibc.close(descriptor) }

    /// How many writes were recorded so far.
    public var writeCount: Int { state.withLock { $0.writer?.writeCount ?? 0 } }

    /// Notes what the board's console said at this point of the recording.
    public func mark(_ text: String, phase: String?, isSuccess: Bool = false) {
        let now = clock.monotonic()
        state.withLock { state in
            Self.attempt(&state) { writer throws(Failure) in
                try writer.mark(text, phase: phase, isSuccess: isSuccess, at: now)
            }
        }
    }

    /// Ends the recording. Later writes still reach the disk's file.
    ///
    /// - Throws: what kept the recording from being whole.
    public func finish() throws(Failure) {
        let failure = state.withLock { state -> Failure? in
            Self.attempt(&state) { writer throws(Failure) in try writer.finish() }
            state.writer = nil
            return state.failure
        }
        if let failure { throw failure }
    }

    // MARK: - DiskExport

    public func read(at offset: UInt64, length: Int, into buffer: inout ByteBuffer) throws(NBDError) {
        let got = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { target in
            var done = 0
            while done < length {
                let count = pread(
                    descriptor, target.baseAddress?.advanced(by: done), length - done, off_t(offset) + done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                done += count
            }
            return done
        }
        guard got == length else { throw .io }
    }

    public func write(_ payload: ByteBufferView, at offset: UInt64, forceUnitAccess: Bool) throws(NBDError) {
        let bytes = Array(payload)
        try put(bytes, at: Int(offset))
        state.withLock { $0.pending = .write(offset: Int(offset), bytes: bytes, isFUA: forceUnitAccess) }
    }

    public func writeZeroes(
        at offset: UInt64, length: Int, forceUnitAccess: Bool, isTrim: Bool
    ) throws(NBDError) {
        let zeros = [UInt8](repeating: 0, count: min(length, 1 << 20))
        var done = 0
        while done < length {
            let part = min(zeros.count, length - done)
            try put(part == zeros.count ? zeros : Array(zeros[..<part]), at: Int(offset) + done)
            done += part
        }
        state.withLock {
            $0.pending = .clear(
                offset: Int(offset), length: length, content: isTrim ? .trim : .zeros, isFUA: forceUnitAccess)
        }
    }

    public func flush() throws(NBDError) {
        state.withLock { $0.pending = .flush }
    }

    public func acknowledge(isPipelined: Bool) {
        let now = clock.monotonic()
        state.withLock { state in
            guard let pending = state.pending else { return }
            state.pending = nil
            Self.attempt(&state) { writer throws(Failure) in
                switch pending {
                case .write(let offset, let bytes, let isFUA):
                    try writer.write(offset: offset, bytes, isFUA: isFUA, isAmbiguous: isPipelined, at: now)
                case .clear(let offset, let length, let content, let isFUA):
                    try writer.clear(
                        offset: offset, length: length, content: content, isFUA: isFUA, isAmbiguous: isPipelined,
                        at: now)
                case .flush: try writer.flush(isAmbiguous: isPipelined, at: now)
                }
            }
        }
    }

    public func disconnected() {}

    private func put(_ bytes: [UInt8], at offset: Int) throws(NBDError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { all in
                pwrite(descriptor, all.baseAddress?.advanced(by: done), all.count - done, off_t(offset + done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw errno == ENOSPC ? .noSpace : .io }
            done += count
        }
    }

    /// A recording that lost an event is no recording: the first failure stays and `finish` tells it.
    private static func attempt(_ state: inout State, _ body: (TraceWriter) throws(Failure) -> Void) {
        guard state.failure == nil, let writer = state.writer else { return }
        do throws(Failure) {
            try body(writer)
        } catch {
            state.failure = error
        }
    }
}

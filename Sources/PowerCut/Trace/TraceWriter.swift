import Crypto
import Glibc
public import LabModel

/// Appends a recording to a trace file as it happens. What was written stays readable as a prefix whatever happens
/// afterwards; only `finish()` makes it complete. Not for several tasks at once: its owner is one connection or actor.
public final class TraceWriter {
    public let header: TraceHeader
    public private(set) var writeCount = 0
    /// Every event so far.
    public private(set) var events: [TraceEvent] = []

    private let path: String
    private let file: Int32
    private var records = 0
    private var chain = SHA256()
    private var broken: Failure?
    private var isFinished = false

    /// Creates `path`, which must not exist yet, and writes the header.
    public init(path: String, header: TraceHeader) throws(Failure) {
        self.header = header
        self.path = path
        guard header.baseSize > 0, header.baseSize % sectorSize == 0 else {
            throw Failure(.bug, "a disk of \(header.baseSize) bytes is not a whole number of sectors")
        }
        file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw MappedBytes.failure("cannot create", path) }
        let preamble = TraceFormat.preamble
        chain.update(data: preamble)
        try put(preamble)
        try append(.header, body: TraceFormat.body(header))
    }

    deinit { close(file) }

    /// Adds a write and returns its number. `bytes` is a positive number of whole sectors.
    @discardableResult
    public func write(
        offset: Int, _ bytes: UnsafeRawBufferPointer, isFUA: Bool = false, isAmbiguous: Bool = false,
        at time: MonotonicTime
    ) throws(Failure) -> Int {
        let write = try next(offset: offset, length: bytes.count, content: .data, isFUA, isAmbiguous, time)
        try append(.write, body: TraceFormat.body(write, digest: ContentDigest(of: bytes)), payload: bytes)
        return commit(write)
    }

    /// Adds a write and returns its number. `bytes` is a positive number of whole sectors.
    @discardableResult
    public func write(
        offset: Int, _ bytes: [UInt8], isFUA: Bool = false, isAmbiguous: Bool = false, at time: MonotonicTime
    ) throws(Failure) -> Int {
        var failure: Failure?
        let number = bytes.withUnsafeBytes { buffer in
            do throws(Failure) {
                return try write(offset: offset, buffer, isFUA: isFUA, isAmbiguous: isAmbiguous, at: time)
            } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        return number
    }

    /// Adds a write of zeros or a trim (`content`) and returns its number.
    @discardableResult
    public func clear(
        offset: Int, length: Int, content: TraceWrite.Content = .zeros, isFUA: Bool = false,
        isAmbiguous: Bool = false, at time: MonotonicTime
    ) throws(Failure) -> Int {
        let content = content == .data ? .zeros : content
        let write = try next(offset: offset, length: length, content: content, isFUA, isAmbiguous, time)
        try append(.write, body: TraceFormat.body(write, digest: nil))
        return commit(write)
    }

    /// Adds a completed flush.
    public func flush(isAmbiguous: Bool = false, at time: MonotonicTime) throws(Failure) {
        let flush = TraceFlush(isAmbiguous: isAmbiguous, time: time, writesBefore: writeCount)
        try append(.flush, body: TraceFormat.body(flush))
        events.append(.flush(flush))
    }

    /// Adds a mark; text and phase are cut at 4 KiB.
    public func mark(
        _ text: String, phase: String? = nil, isSuccess: Bool = false, at time: MonotonicTime
    ) throws(Failure) {
        let mark = TraceMark(
            text: TraceWriter.short(text), phase: phase.map(TraceWriter.short), isSuccess: isSuccess, time: time,
            writesBefore: writeCount)
        try append(.mark, body: TraceFormat.body(mark))
        events.append(.mark(mark))
    }

    /// Writes the footer and forces everything to the medium. Nothing can be added afterwards.
    public func finish() throws(Failure) {
        var body = ByteWriter()
        body.put(UInt64(events.count))
        body.put(UInt64(writeCount))
        body.bytes += Array(chain.finalize())
        try append(.footer, body: body.bytes)
        isFinished = true
        guard fsync(file) == 0 else { throw MappedBytes.failure("cannot save", path) }
    }

    private func next(
        offset: Int, length: Int, content: TraceWrite.Content, _ isFUA: Bool, _ isAmbiguous: Bool, _ time: MonotonicTime
    ) throws(Failure) -> TraceWrite {
        guard offset >= 0, length > 0, length <= header.baseSize, offset <= header.baseSize - length,
            offset % sectorSize == 0, length % sectorSize == 0
        else {
            throw Failure(.infrastructure, "a write of \(length) bytes at \(offset) does not fit the recorded disk")
        }
        return TraceWrite(
            number: writeCount + 1, offset: offset, length: length, content: content, isFUA: isFUA,
            isAmbiguous: isAmbiguous, time: time)
    }

    private func commit(_ write: TraceWrite) -> Int {
        writeCount += 1
        events.append(.write(write))
        return writeCount
    }

    private func append(
        _ kind: TraceFormat.Kind, body: [UInt8], payload: UnsafeRawBufferPointer? = nil
    ) throws(Failure) {
        if let broken { throw broken }
        guard !isFinished else { throw Failure(.bug, "the trace \(path) is finished") }
        guard body.count <= TraceFormat.bodyLimit else {
            throw Failure(.job, "the machine's configuration is too long for a trace")
        }
        let head = TraceFormat.Head(kind, body: body, number: records, payloadLength: payload?.count ?? 0)
        let bytes = head.bytes + body
        chain.update(data: bytes)
        try put(bytes)
        if let payload { try put(payload) }
        records += 1
    }

    private func put(_ bytes: [UInt8]) throws(Failure) {
        var failure: Failure?
        bytes.withUnsafeBytes { buffer in
            do throws(Failure) { try put(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private func put(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        var done = 0
        while done < bytes.count {
            let count = Glibc.write(file, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let failure = MappedBytes.failure("cannot write the trace", path)
                broken = failure
                throw failure
            }
            done += count
        }
    }

    private static func short(_ text: String) -> String {
        String(decoding: text.utf8.prefix(TraceFormat.textLimit), as: UTF8.self)
    }
}

public import NIOCore

/// A disk that a virtual board sees through `NBDServer`.
///
/// The methods run on the connection's event loop, one after the other; they must not wait for anything but a file.
public protocol DiskExport: Sendable {
    /// Bytes, a multiple of 512.
    var size: UInt64 { get }
    /// Whether writes are refused.
    var isReadOnly: Bool { get }

    /// Appends `length` bytes from `offset` on to `buffer`. The range was checked against `size`.
    func read(at offset: UInt64, length: Int, into buffer: inout ByteBuffer) throws(NBDError)

    /// Takes a write, which is answered next: `acknowledge` follows before any other call.
    ///
    /// - Parameter forceUnitAccess: on the medium before it is acknowledged.
    func write(_ payload: ByteBufferView, at offset: UInt64, forceUnitAccess: Bool) throws(NBDError)

    /// As a write of zeros. `isTrim`: the board only said that it does not need the bytes any more.
    func writeZeroes(at offset: UInt64, length: Int, forceUnitAccess: Bool, isTrim: Bool) throws(NBDError)

    /// Everything acknowledged before goes to the medium. `acknowledge` follows before any other call.
    func flush() throws(NBDError)

    /// The reply to the last write or flush is about to leave. `isPipelined`: the next request was already here, so
    /// the board asked for it without waiting for this reply.
    func acknowledge(isPipelined: Bool)

    /// The board let go of the disk.
    func disconnected()
}

/// The disks that a server offers, by name.
public protocol DiskExportCatalog: Sendable {
    /// - Returns: nil when there is no such disk.
    func export(named name: String) -> (any DiskExport)?
    /// Names to list; a catalog of crash states lists none.
    var names: [String] { get }
}

public import LabModel

/// A stream of bytes to a device: a serial port or a TCP connection. It opens on the first call, is let go by `close`,
/// and reopens on the next call. Called on the device's own thread; every call blocks for at most its time-out.
///
/// Every failure is `infrastructure` and names the device.
public protocol ByteLink: AnyObject {
    func write(_ data: [UInt8]) throws(Failure)

    /// Reads until `count` bytes came, or the time is up.
    ///
    /// - Returns: what came, perhaps fewer bytes, perhaps none.
    func read(_ count: Int, timeout: Duration) throws(Failure) -> [UInt8]

    /// Reads until `end` has come, `limit` bytes came, or the time is up.
    ///
    /// - Returns: what came, `end` included.
    func read(until end: [UInt8], limit: Int, timeout: Duration) throws(Failure) -> [UInt8]

    /// Throws away what came and nobody read, such as the rest of an answer that was given up.
    func discardInput() throws(Failure)

    /// Sets modem control lines of a serial port in one call; nil leaves a line alone. Lines of anything else fail.
    func setLines(dtr: Bool?, rts: Bool?) throws(Failure)

    /// The modem control lines that the host drives, as the port's driver has them.
    func lines() throws(Failure) -> (dtr: Bool, rts: Bool)

    func close()
}

extension ByteLink {
    public func setLines(dtr: Bool?, rts: Bool?) throws(Failure) {
        throw Failure(.configuration, "this connection has no modem control lines")
    }

    public func lines() throws(Failure) -> (dtr: Bool, rts: Bool) {
        throw Failure(.configuration, "this connection has no modem control lines")
    }
}

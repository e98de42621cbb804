import NIOCore

/// A request of a client, checked in shape but not against the disk.
struct NBDRequest {
    var flags: NBDCommandFlags
    /// Nil for a kind that is not known here.
    var command: NBDCommand?
    var cookie: UInt64
    var offset: UInt64
    var length: Int
    /// Of a write.
    var payload: ByteBuffer?

    enum Malformed: Error {
        case wrongMagic
        /// A write so long that its payload is not read.
        case tooLong
    }

    private static let headerLength = 28

    /// Takes the next request from `input`.
    ///
    /// - Returns: nil when more bytes are needed.
    /// - Throws: when the connection cannot go on: what follows cannot be told apart any more.
    static func next(from input: inout ByteBuffer) throws(Malformed) -> NBDRequest? {
        guard input.readableBytes >= headerLength else { return nil }
        var header = input
        guard header.readInteger(as: UInt32.self) == NBDConstants.requestMagic else { throw .wrongMagic }
        guard let flags = header.readInteger(as: UInt16.self), let kind = header.readInteger(as: UInt16.self),
            let cookie = header.readInteger(as: UInt64.self), let offset = header.readInteger(as: UInt64.self),
            let length = header.readInteger(as: UInt32.self)
        else { return nil }
        var request = NBDRequest(
            flags: NBDCommandFlags(rawValue: flags), command: NBDCommand(rawValue: kind), cookie: cookie,
            offset: offset, length: Int(length))
        if request.command == .write {
            guard length <= NBDConstants.longestPayload else { throw .tooLong }
            guard let payload = header.readSlice(length: Int(length)) else { return nil }
            request.payload = payload
        }
        input = header
        return request
    }
}

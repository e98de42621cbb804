import Glibc
import LabModel

/// The addresses that a host's name and a port stand for.
enum HostAddresses {
    /// Calls `body` with each address until one call returns something.
    ///
    /// Looking a name up blocks for as long as the host's resolver takes; a lab's devices are best named by address.
    ///
    /// - Throws: `infrastructure` when the name is unknown, or the last reason `body` gave.
    static func first<Result>(
        host: String, port: Int, datagrams: Bool, _ body: (addrinfo) -> (result: Result?, reason: String)
    ) throws(Failure) -> Result {
        var hints = addrinfo()
        hints.ai_socktype = Int32(datagrams ? SOCK_DGRAM.rawValue : SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else {
            throw Failure(
                .infrastructure, "the host \(host) has no address: \(String(cString: gai_strerror(code)))")
        }
        defer { freeaddrinfo(list) }
        var reason = "no address"
        var next = list
        while let info = next?.pointee {
            let answer = body(info)
            if let result = answer.result { return result }
            reason = answer.reason
            next = info.ai_next
        }
        throw Failure(.infrastructure, "\(host):\(port) cannot be reached: \(reason)")
    }
}

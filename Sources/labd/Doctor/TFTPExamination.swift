import Glibc

/// Whether boot loaders could fetch files, found out by taking the port and giving it back.
struct TFTPExamination {
    let host: String?
    let port: Int

    var check: HostCheck {
        let hosts = host.map { [$0] } ?? (2...17).map { "127.0.0.\($0)" }
        var failure = HostCheck(name: "TFTP", verdict: .limited, detail: "no address to listen at")
        for host in hosts {
            let place = "\(host):\(port)"
            let code = Self.take(host, port)
            if code == 0 { return HostCheck(name: "TFTP", verdict: .ok, detail: place) }
            failure.detail = "\(Self.reason(code, place)); without it jobs with `deploy to: tftp` end as incomplete"
            failure.mend =
                switch code {
                case EACCES, EPERM: "setcap cap_net_bind_service+ep on the labd program, or run it as root"
                default: "set `board_files: tftp_host` in the configuration to an address that is free"
                }
            if code != EADDRINUSE { break }
        }
        return failure
    }

    private static func reason(_ code: Int32, _ place: String) -> String {
        switch code {
        case EADDRINUSE: "\(place) is in use"
        case EACCES, EPERM: "\(place) needs a privilege"
        default: "\(place): \(String(cString: strerror(code)))"
        }
    }

    /// 0, or the error of socket(2) or bind(2).
    private static func take(_ host: String, _ port: Int) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found?.pointee else {
            return EADDRNOTAVAIL
        }
        defer { freeaddrinfo(found) }
        let descriptor = socket(address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        return bind(descriptor, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno
    }
}

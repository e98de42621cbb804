import LabModel

/// The options that devices on a network share, so that each has one name and one meaning.
enum NetworkOptions {
    static let host = DriverOption("host", .text, isRequired: true, "address or name of the device")

    static func port(_ standard: Int) -> DriverOption {
        DriverOption("port", .integer(1...65_535), standard: "\(standard)", "port of the device")
    }

    static let password = DriverOption("password", .secret, "password of the device, where it has one")

    static func user(_ standard: String) -> DriverOption {
        DriverOption("user", .text, standard: standard, "user name that belongs to the password")
    }

    static func channels(_ range: ClosedRange<Int>, standard: Int, _ meaning: String) -> DriverOption {
        DriverOption("channels", .integer(range), standard: "\(standard)", meaning)
    }

    static func timeout(_ standard: String) -> DriverOption {
        DriverOption("timeout", .duration, standard: standard, "how long to wait for an answer")
    }

    /// `http://` or `https://`.
    static let tls = DriverOption("tls", .bool, standard: "false", "whether the device is spoken to over HTTPS")
}

extension DriverOptions {
    func timeout(_ standard: Duration) -> Duration {
        let timeout = duration("timeout") ?? standard
        return timeout > .zero ? timeout : standard
    }
}

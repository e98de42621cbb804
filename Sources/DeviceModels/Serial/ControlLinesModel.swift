/// The control lines of a serial port: contact 0 is DTR, contact 1 is RTS. Pseudo-terminals have none, so this model is
/// reached without one.
public final class ControlLinesModel: SwitchingModel {
    public let bank: ContactBank

    public init(bank: ContactBank? = nil) { self.bank = bank ?? ContactBank(2) }

    /// What the kernel does when a port is opened: it asserts both.
    public func open() { bank.drive(mask: 3) }

    /// TIOCMSET. False when the port is gone.
    public func set(dtr: Bool?, rts: Bool?) -> Bool {
        guard bank.admit() else { return false }
        if let dtr { bank.drive(0, dtr) }
        if let rts { bank.drive(1, rts) }
        return true
    }

    /// TIOCMGET, which tells what the port's driver was told. Nil when the port is gone.
    public var lines: (dtr: Bool, rts: Bool)? { bank.admit() ? (bank.said[0], bank.said[1]) : nil }
}

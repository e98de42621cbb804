public import LabModel

/// Where a console's bytes come from.
public enum ConsoleEndpoint: Hashable, Sendable {
    /// A unix socket that we listen on, so that it is there before power-on; the board connects, again after each
    /// power-on (QEMU: `-chardev socket,path=…,server=off`). One connection at a time; the file is replaced.
    case unixListener(String)
    /// A unix socket that the other side listens on; tried again until the deadline while nobody does.
    case unixSocket(String, until: MonotonicTime)
    /// A serial port or the slave side of a pseudo-terminal, in raw mode. The speed in baud is set and read back;
    /// 0 leaves it as it is.
    case tty(String, baud: UInt32)
    /// A raw TCP stream, as of ser2net. Telnet commands are not interpreted.
    case tcp(host: String, port: Int)
    /// An open descriptor, such as the master of a pseudo-terminal. The console closes it.
    case descriptor(Int32)
}

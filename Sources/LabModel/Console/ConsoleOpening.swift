/// Opens the consoles of boards. The composition root implements it with the lab's one console room, so that a
/// board's bytes are read, recorded and searched in the same way whatever the board is.
public protocol ConsoleOpening: Sendable {
    /// Opens a console that listens at the unix socket `path` and reads whoever connects. A later connection follows
    /// an earlier one that ended, as a machine that is powered off and on does.
    ///
    /// - Throws: `infrastructure` when the socket cannot be made.
    func openListening(board: BoardName, name: String, path: String) async throws(Failure) -> OpenedConsole

    /// Opens a console on the terminal device `path`, such as a pty, in raw mode.
    ///
    /// - Throws: `infrastructure` when the device cannot be opened.
    func openTerminal(board: BoardName, name: String, path: String) async throws(Failure) -> OpenedConsole
}

/// A console, and how it is given back.
public struct OpenedConsole: Sendable {
    public var console: any Console
    /// Ends reading; a listening socket is removed.
    public var close: @Sendable () async -> Void

    public init(console: any Console, close: @escaping @Sendable () async -> Void) {
        self.console = console
        self.close = close
    }
}

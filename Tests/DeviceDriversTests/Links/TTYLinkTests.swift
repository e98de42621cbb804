import DeviceDrivers
import DeviceModels
import Glibc
import LabModel
import Testing

/// The serial link over a real terminal, with models behind it.
@Suite(.timeLimit(.minutes(2))) struct TTYLinkTests {
    private func link(_ port: SerialModelPort, baud: Int = 9600) -> TTYLink {
        TTYLink(SerialBinding(node: port.path, device: "relays"), baud: baud)
    }

    @Test func speaksBothWays() throws {
        let port = try SerialModelPort(DevantechModel(), at: portPath())
        let link = link(port)
        try link.write([0x66, 0x5B, 0x5A])
        #expect(try link.read(3, timeout: .seconds(5)) == [0x02, 8, 3])
    }

    @Test func keepsWhatComesBehindTheEnd() throws {
        let port = try SerialModelPort(LCUSModel(), at: portPath())
        let link = link(port)
        try link.write([0xFF])
        #expect(try link.read(until: [0x0A], limit: 64, timeout: .seconds(5)) == Array("CH1: OFF\r\n".utf8))
        #expect(try link.read(until: [0x0D, 0x0A], limit: 64, timeout: .seconds(5)) == Array("CH2: OFF\r\n".utf8))
        try link.write([0xFF])
        #expect(try link.read(until: [0x0A], limit: 4, timeout: .seconds(5)) == Array("CH1:".utf8))
        #expect(try link.read(5, timeout: .seconds(5)) == Array(" OFF\r".utf8))
    }

    @Test func givesUpInTimeAndGivesWhatCame() throws {
        let port = try SerialModelPort(DevantechModel(), at: portPath())
        let link = link(port)
        try link.write([0x5B])
        let clock = SystemLabClock()
        let start = clock.monotonic()
        #expect(try link.read(2, timeout: .milliseconds(200)) == [0])
        #expect(clock.monotonic().duration(since: start) >= .milliseconds(200))
        #expect(try link.read(1, timeout: .zero) == [])
    }

    @Test func throwsAwayWhatNobodyRead() throws {
        let port = try SerialModelPort(DevantechModel(), at: portPath())
        let link = link(port)
        try link.write([0x5B, 0x5A])
        #expect(try link.read(1, timeout: .seconds(5)) == [0])
        try link.write([0x5A, 0x5A])
        #expect(try link.read(2, timeout: .seconds(5)) == [8, 3])
        try link.discardInput()
        try link.write([0x5D])
        #expect(try link.read(16, timeout: .milliseconds(200)).last == 121)
    }

    @Test func noticesAPulledPlugAndFindsItsPortAgain() throws {
        let model = DevantechModel()
        let port = try SerialModelPort(model, at: portPath())
        let link = link(port)
        try link.write([0x65, 0x5B])
        #expect(try link.read(1, timeout: .seconds(5)) == [1])
        let before = port.terminal
        port.unplug()
        let failure = #expect(throws: Failure.self) { _ = try link.read(1, timeout: .seconds(5)) }
        #expect(failure?.type == .infrastructure)
        #expect(failure?.place == "relays")
        #expect(failure?.message.hasPrefix("\(port.path) was unplugged") == true)
        let absent = #expect(throws: Failure.self) { try link.write([0x5B]) }
        #expect(absent?.message == "\(port.path) cannot be opened: No such file or directory")
        // Something else takes the number that became free.
        let other = try SerialModelPort(NumatoModel(), at: portPath())
        try port.plug()
        if other.terminal == before { #expect(port.terminal != before) }
        try link.write([0x5B])
        #expect(try link.read(1, timeout: .seconds(5)) == [1])
    }

    @Test func belongsToOneAtATime() throws {
        let port = try SerialModelPort(DevantechModel(), at: portPath())
        let (first, second) = (link(port), link(port))
        try first.write([0x65])
        let failure = #expect(throws: Failure.self) { try second.write([0x65]) }
        #expect(failure?.type == .infrastructure)
        #expect(failure?.message == "\(port.path) is in use by another program")
        first.close()
        try second.write([0x66, 0x5B])
        #expect(try second.read(1, timeout: .seconds(5)) == [3])
    }

    @Test func isRawAndKeepsItsLinesWhenItIsClosed() throws {
        let port = try SerialModelPort(DevantechModel(), at: portPath())
        let link = link(port, baud: 250_000)
        try link.discardInput()
        var settings = termios()
        let terminal = try #require(port.terminal)
        let descriptor = open(terminal, O_RDWR | O_NOCTTY | O_NONBLOCK)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        #expect(tcgetattr(descriptor, &settings) == 0)
        #expect(settings.c_cflag & tcflag_t(HUPCL) == 0)
        #expect(settings.c_cflag & tcflag_t(CLOCAL) != 0)
        #expect(settings.c_lflag & tcflag_t(ICANON | ECHO | ISIG) == 0)
    }

    @Test func aTerminalWithoutControlLinesSaysSo() throws {
        let port = try SerialModelPort(DevantechModel(), at: portPath())
        let link = link(port)
        let failure = #expect(throws: Failure.self) { try link.setLines(dtr: true, rts: nil) }
        #expect(failure?.message.hasPrefix("\(port.path) does not set its control lines") == true)
        #expect(throws: Failure.self) { _ = try link.lines() }
    }

    @Test func aFileIsNoPort() throws {
        let link = TTYLink(SerialBinding(node: "/dev/null", device: "relays"), baud: 9600)
        let failure = #expect(throws: Failure.self) { try link.write([1]) }
        #expect(failure?.message.hasPrefix("/dev/null cannot be opened") == true)
    }
}

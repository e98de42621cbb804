public import LabModel

/// The Silvershield and EnerGenie socket strips, 04b4:fd10 to fd15, as sispmctl and Gembird's description have them.
///
/// They know whether mains is there, apart from the relay. They also have timetables of their own: one that somebody
/// forgot would switch a board by itself, so they are read and cleared when the strip is opened.
public struct Sispm: SwitchDriver {
    private struct Strip {
        var link: any USBLink
        var product: UInt16
        var id: String
        /// Sockets whose timetable was cleared.
        var cleared: [Int]
        var channels: ClosedRange<Int> { Sispm.channels(of: product) }
    }

    static let ids = [0xFD10, 0xFD11, 0xFD12, 0xFD13, 0xFD15].map { USBID(0x04B4, $0) }
    private var search: USBSearch
    private var strip: Strip?

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        search = try USBSearch(
            links, options.usbBinding(Self.ids, serialIsInside: true), serial: options.text("serial")?.lowercased())
    }

    public mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        let (link, report) = try opened(for: channel)
        // Report 3n: 3 switches on, 0 off.
        try link.send(
            USBRequest(type: 0x21, request: 0x09, value: 0x0300 | UInt16(report), timeout: Self.timeout),
            [report, isOn ? 3 : 0, 0, 0, 0])
    }

    public mutating func read(_ channel: Int) throws(Failure) -> Bool? { try status(of: channel) & 1 == 1 }

    public mutating func measure(_ channel: Int) throws(Failure) -> MeterReading? {
        MeterReading(hasMains: try status(of: channel) & 2 == 2)
    }

    public mutating func describe() throws(Failure) -> String? {
        _ = try opened(for: nil)
        guard let strip else { return nil }
        let sockets = strip.cleared.map(String.init).joined(separator: ", ")
        return "strip \(strip.id)" + (sockets.isEmpty ? "" : "; cleared its own timetable of socket \(sockets)")
    }

    public mutating func close() {
        strip = nil
        search.close()
    }

    private static let timeout = Duration.seconds(1)

    private static func channels(of product: UInt16) -> ClosedRange<Int> {
        product == 0xFD10 || product == 0xFD12 ? 1...1 : 1...4
    }

    /// Report 3n: bit 0 the relay, bit 1 mains before it. Some strips send two bytes, others five.
    private mutating func status(of channel: Int) throws(Failure) -> UInt8 {
        let (link, report) = try opened(for: channel)
        let answer = try Self.report(link, report, length: 5)
        guard answer.count >= 2, answer[0] == report, answer[1] & ~3 == 0 else {
            throw .answer(
                answer.hexText, to: "the state of socket \(channel)", expected: [report].hexText + " and two bits",
                at: search.device)
        }
        return answer[1]
    }

    /// - Parameter channel: nil just opens.
    /// - Returns: the link and the number of the channel's report: three times the socket's, which counts from 0 on fd10.
    private mutating func opened(for channel: Int?) throws(Failure) -> (link: any USBLink, report: UInt8) {
        if let channel { try (1...4).checkChannel(channel, of: search.device) }
        let strip: Strip
        if let known = self.strip { strip = known } else { strip = try open(checking: channel) }
        self.strip = strip
        if let channel { try strip.channels.checkChannel(channel, of: search.device) }
        return (strip.link, Self.report(of: channel ?? 1, product: strip.product))
    }

    private mutating func open(checking channel: Int?) throws(Failure) -> Strip {
        let device = search.device
        let link = try search.link { (link: any USBLink) throws(Failure) in try Self.id(link, device: device) }
        let product = try link.identity().id.product
        if let channel { try Self.channels(of: product).checkChannel(channel, of: device) }
        let id = try Self.id(link, device: device)
        var cleared: [Int] = []
        for channel in Self.channels(of: product) where try Self.clearTimetable(link, channel, product, device: device)
        {
            cleared.append(channel)
        }
        return Strip(link: link, product: product, id: id, cleared: cleared)
    }

    private static func report(of channel: Int, product: UInt16) -> UInt8 {
        UInt8(3 * (product == 0xFD10 ? channel - 1 : channel))
    }

    /// GET_REPORT of a feature report.
    private static func report(_ link: any USBLink, _ number: UInt8, length: Int) throws(Failure) -> [UInt8] {
        try link.receive(
            USBRequest(type: 0xA1, request: 0x01, value: 0x0300 | UInt16(number), timeout: timeout), length: length)
    }

    /// Report 1, written as sispmctl does: `01:02:5c:a1:7e`.
    private static func id(_ link: any USBLink, device: String) throws(Failure) -> String {
        let answer = try report(link, 1, length: 5)
        guard answer.count == 5, answer[0] == 1 else {
            throw .answer(answer.hexText, to: "the question for its id", expected: "01 and four bytes", at: device)
        }
        return answer.map { [$0].hexText }.joined(separator: ":")
    }

    /// Report 3n+1: four bytes of time, sixteen words of steps, one word of first delay. 3FFF is an empty step; a strip
    /// fresh from the factory has zeros. The empty timetable is what sispmctl writes to delete one.
    ///
    /// - Returns: whether there was one.
    private static func clearTimetable(
        _ link: any USBLink, _ channel: Int, _ product: UInt16, device: String
    ) throws(Failure) -> Bool {
        // On fd10 the number would be the id's: that strip has no timetable.
        if product == 0xFD10 { return false }
        let number = report(of: channel, product: product) + 1
        let stored: [UInt8]
        do throws(Failure) {
            stored = try report(link, number, length: 39)
        } catch {
            // Not every strip has timetables.
            if link.wasStalled { return false }
            throw error
        }
        guard stored.count == 39, stored[0] == number else {
            throw .answer(
                stored.hexText, to: "the timetable of socket \(channel)", expected: "39 bytes of it", at: device)
        }
        let steps = stored[5..<37]
        let empty = [UInt8]((0..<16).flatMap { _ in [0xFF, 0x3F] as [UInt8] })
        if steps.elementsEqual(empty) || steps.allSatisfy({ $0 == 0 }) { return false }
        try link.send(
            USBRequest(type: 0x21, request: 0x09, value: 0x0300 | UInt16(number), timeout: timeout),
            [number, 0, 0, 0, 0] + empty + [1, 0])
        return true
    }
}

extension DriverKind {
    static let sispm = DriverKind(
        DriverFacts(
            name: "sispm", title: "EnerGenie EG-PMS2 or Silvershield SIS-PM socket strip on USB", link: .usb,
            ids: Sispm.ids, channels: 1...4, readBack: .hardware, afterPowerLoss: "as before, or off",
            options: [DriverOption("serial", .text, "the strip's id as 'sispmctl -s' shows it"), .usbPath],
            proofs: [.tool("sispmctl"), .bench],
            example: """
                devices:
                  - name: strip
                    driver: sispm
                    serial: "01:02:5c:a1:7e"
                """)
    ) { (options, links) throws(Failure) in try Sispm(options, links) }
}

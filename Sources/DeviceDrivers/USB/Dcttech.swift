public import LabModel

/// The relay cards named `USBRelay1` to `USBRelay8`, 16c0:05df.
///
/// Facts as labgrid's agent and usbrelay use them. The ids are V-USB's shared ones (objdev.at), so the product's name
/// counts as well; the USB descriptor has no serial number, the card's own five characters are in its feature report.
public struct Dcttech: SwitchDriver {
    /// What was learnt when the card was opened.
    private struct Card {
        var link: any USBLink
        var channels: ClosedRange<Int>
        var recipient: UInt8
        var serial: [UInt8]
    }

    private var search: USBSearch
    private var card: Card?

    init(_ options: DriverOptions, _ links: any DriverLinks) throws(Failure) {
        search = try USBSearch(
            links,
            options.usbBinding([USBID(0x16C0, 0x05DF)], productPrefix: "USBRelay", serialIsInside: true),
            serial: options.text("serial"))
    }

    public mutating func set(_ channel: Int, _ isOn: Bool) throws(Failure) {
        let card = try opened(for: channel)
        // SET_REPORT of feature report 0: FF n energises relay n, FD n lets it go.
        try card.link.send(
            USBRequest(type: 0x20 | card.recipient, request: 0x09, value: 0x0300),
            [isOn ? 0xFF : 0xFD, UInt8(channel)])
    }

    public mutating func read(_ channel: Int) throws(Failure) -> Bool? {
        let card = try opened(for: channel)
        let report = try Self.report(card.link, card.recipient, device: search.device)
        // A bit of a relay that the card does not have, or another serial number, is no answer of this card.
        guard report[0..<5].elementsEqual(card.serial), Int(report[7]) >> card.channels.upperBound == 0 else {
            throw Self.nonsense(report, device: search.device)
        }
        return report[7] >> (channel - 1) & 1 == 1
    }

    public mutating func describe() throws(Failure) -> String? {
        let card = try opened(for: 1)
        return "card \(String(decoding: card.serial, as: UTF8.self)) with \(card.channels.count) relays"
    }

    public mutating func close() {
        card = nil
        search.close()
    }

    private mutating func opened(for channel: Int) throws(Failure) -> Card {
        let device = search.device
        try (1...8).checkChannel(channel, of: device)
        let card: Card
        if let known = self.card { card = known } else { card = try open() }
        self.card = card
        try card.channels.checkChannel(channel, of: device)
        return card
    }

    private mutating func open() throws(Failure) -> Card {
        let device = search.device
        let link = try search.link { (candidate: any USBLink) throws(Failure) in
            let (report, _) = try Self.firstReport(candidate, device: device)
            return String(decoding: report[0..<5], as: UTF8.self)
        }
        let product = try link.identity().product ?? ""
        guard product.hasPrefix("USBRelay"), let count = Int(product.dropFirst(8).prefix(1)), (1...8).contains(count)
        else { throw Failure(.infrastructure, "the product '\(product)' is no relay card", at: device) }
        let (report, recipient) = try Self.firstReport(link, device: device)
        return Card(link: link, channels: 1...count, recipient: recipient, serial: Array(report[0..<5]))
    }

    /// The card's report, and the recipient it insists on: the device (0), or for some clones the interface (1).
    private static func firstReport(
        _ link: any USBLink, device: String
    ) throws(Failure) -> (report: [UInt8], recipient: UInt8) {
        do throws(Failure) {
            return (try report(link, 0, device: device), 0)
        } catch {
            guard link.wasStalled else { throw error }
            return (try report(link, 1, device: device), 1)
        }
    }

    /// GET_REPORT of feature report 0: [0...4] the serial number, printable; [7] the relays, bit 0 the first.
    private static func report(
        _ link: any USBLink, _ recipient: UInt8, device: String
    ) throws(Failure) -> [UInt8] {
        let report = try link.receive(USBRequest(type: 0xA0 | recipient, request: 0x01, value: 0x0300), length: 8)
        guard report.count == 8, report[0..<5].allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw nonsense(report, device: device)
        }
        return report
    }

    private static func nonsense(_ report: [UInt8], device: String) -> Failure {
        .answer(report.hexText, to: "a report request", expected: "its serial number and relays", at: device)
    }
}

extension DriverKind {
    static let dcttech = DriverKind(
        DriverFacts(
            name: "dcttech", title: "dcttech USB relay card (USBRelay1…8)", link: .usb, ids: [USBID(0x16C0, 0x05DF)],
            channels: 1...8, readBack: .hardware, minimumInterval: .milliseconds(50),
            options: [
                DriverOption("serial", .text, "the card's own five characters, as usbrelay lists them"), .usbPath,
            ],
            proofs: [.tool("usbrelay"), .bench],
            example: """
                devices:
                  - name: relays
                    driver: dcttech
                    serial: HURTM
                """)
    ) { (options, links) throws(Failure) in try Dcttech(options, links) }
}

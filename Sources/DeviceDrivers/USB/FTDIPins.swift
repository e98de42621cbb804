import LabModel

/// The pins of an FTDI chip, driven by requests that libftdi documents.
///
/// While the handle is open the kernel's `ftdi_sio` is detached; once it is closed the chip goes back to serial mode and
/// its pins to what that mode makes of them. So the handle stays open, and what was last told is applied anew after every
/// opening: the other pins must not fall when one is switched.
struct FTDIPins {
    enum Mode: UInt16 {
        case off = 0x00
        /// Eight pins, written over the bulk endpoint.
        case bits = 0x01
        /// The control pins, four of them, within the request itself.
        case control = 0x20
    }

    let device: String
    private let link: any USBLink
    private let interface: Int
    private let hasSeveral: Bool

    /// - Parameter interface: 0 to 3 for A to D.
    init(_ link: any USBLink, interface: Int, device: String, hasSeveral: Bool) {
        (self.link, self.interface, self.device, self.hasSeveral) = (link, interface, device, hasSeveral)
    }

    func claim() throws(Failure) { try link.claim(interface: interface) }

    /// Chips with several channels count them from 1 in wIndex, others have 0.
    private func index() throws(Failure) -> UInt16 {
        let product = try link.identity().id.product
        return hasSeveral || product == 0x6010 || product == 0x6011 ? UInt16(interface + 1) : 0
    }

    /// Request 0B: the mode in the high byte, the pins' mask in the low one.
    func enter(_ mode: Mode, mask: UInt8) throws(Failure) {
        try link.send(
            USBRequest(type: 0x40, request: 0x0B, value: mode.rawValue << 8 | UInt16(mask), index: try index()), [])
    }

    /// All pins at one moment; each channel has its own pair of bulk endpoints, 02 and 81 for A.
    func write(_ pins: UInt8) throws(Failure) {
        try link.write([pins], endpoint: UInt8(0x02 + 2 * interface), timeout: .seconds(1))
    }

    /// Request 0C: the level of every pin, one byte. It carries no check, so it is asked for twice: a pin that nobody
    /// drives may differ, one that is driven must not.
    func levels(of mask: UInt8) throws(Failure) -> UInt8 {
        let request = USBRequest(type: 0xC0, request: 0x0C, value: 0, index: try index())
        let first = try link.receive(request, length: 1)
        let second = try link.receive(request, length: 1)
        guard first.count == 1, second.count == 1, first[0] & mask == second[0] & mask else {
            throw .answer(
                "\(first.hexText), then \(second.hexText),", to: "the pins' levels", expected: "the same twice",
                at: device)
        }
        return first[0]
    }

    func close() { link.close() }
}

extension DriverOption {
    static let ftdiOutputs = DriverOption(
        "outputs", .integer(1...255), standard: "all", "the pins that may be driven: 1 for pin 0, 2 for pin 1, 4 for…")
}

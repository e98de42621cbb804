/// What a program with a HID device in user space and the kernel say to each other over /dev/uhid: `struct uhid_event`
/// of the kernel's linux/uhid.h, described in its Documentation/hid/uhid.rst. Numbers are in the machine's order, which
/// is little-endian on all machines of the bench; the structures are packed.
enum UHIDEvent: Hashable, Sendable {
    /// From the kernel: somebody listens, or nobody any more.
    case start, stop, open, close
    /// From the kernel: the bytes of an output report.
    case output([UInt8])
    /// From the kernel: a wish for a report, feature or input, that must be answered under its number.
    case getReport(id: UInt32, report: UInt8, kind: UInt8)
    /// From the kernel: a report over the control channel, that must be answered under its number.
    case setReport(id: UInt32, report: UInt8, kind: UInt8, [UInt8])

    /// Length of the structure: the kind, and the largest of the bodies, which is that of the device's creation.
    static let length = 4 + 128 + 64 + 64 + 2 + 2 + 4 * 4 + maximum
    /// HID_MAX_DESCRIPTOR_SIZE and UHID_DATA_MAX.
    static let maximum = 4096

    private enum Kind: UInt32 {
        case start = 2, stop, open, close, output
        case getReport = 9, getReportReply, create, input, setReport, setReportReply
    }

    /// Nil for what a device need not know.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.length else { return nil }
        func number(_ at: Int, _ length: Int) -> Int {
            bytes[at..<at + length].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        switch Kind(rawValue: UInt32(number(0, 4))) {
        case .start: self = .start
        case .stop: self = .stop
        case .open: self = .open
        case .close: self = .close
        case .output:
            let length = min(number(4 + Self.maximum, 2), Self.maximum)
            self = .output(Array(bytes[4..<4 + length]))
        case .getReport:
            self = .getReport(id: UInt32(number(4, 4)), report: bytes[8], kind: bytes[9])
        case .setReport:
            let length = min(number(10, 2), Self.maximum)
            self = .setReport(
                id: UInt32(number(4, 4)), report: bytes[8], kind: bytes[9], Array(bytes[12..<12 + length]))
        default: return nil
        }
    }

    private static func bytes(_ kind: Kind, _ body: [UInt8]) -> [UInt8] {
        let all = little(kind.rawValue) + body
        return all + [UInt8](repeating: 0, count: length - all.count)
    }

    private static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian, Array.init)
    }

    /// To the kernel: here is a device on the USB bus.
    static func create(name: String, identity: USBModelIdentity, report: [UInt8]) -> [UInt8] {
        func text(_ text: String, _ room: Int) -> [UInt8] {
            let bytes = Array(text.utf8.prefix(room - 1))
            return bytes + [UInt8](repeating: 0, count: room - bytes.count)
        }
        let busUSB: UInt16 = 3
        var body = text(name, 128) + text("uhid", 64) + text(identity.serial ?? "", 64)
        body += little(UInt16(report.count)) + little(busUSB)
        body += little(UInt32(identity.vendor)) + little(UInt32(identity.product)) + little(UInt32(identity.release))
        body += little(UInt32(0)) + report
        return bytes(.create, body)
    }

    /// To the kernel: an input report.
    static func input(_ data: [UInt8]) -> [UInt8] {
        bytes(.input, little(UInt16(data.count)) + data)
    }

    /// To the kernel: the report that it wished for; nil when there is none.
    static func getReportReply(id: UInt32, _ data: [UInt8]?) -> [UInt8] {
        let failure: UInt16 = data == nil ? 5 : 0
        return bytes(.getReportReply, little(id) + little(failure) + little(UInt16(data?.count ?? 0)) + (data ?? []))
    }

    /// To the kernel: whether the device took its report.
    static func setReportReply(id: UInt32, isTaken: Bool) -> [UInt8] {
        bytes(.setReportReply, little(id) + little(UInt16(isTaken ? 0 : 5)))
    }
}

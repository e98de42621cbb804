/// The standard descriptors of a model, as bytes (USB 2.0, section 9.6).
struct USBIPDescriptors: Sendable {
    enum Kind: UInt8 {
        case device = 1, configuration, string, interface, endpoint
        case hid = 0x21, report
    }

    private let identity: USBModelIdentity
    /// What the string descriptors say, beginning with number 1.
    private let strings: [String]

    init(_ identity: USBModelIdentity) {
        self.identity = identity
        strings = [identity.manufacturer, identity.productName, identity.serial].compactMap { $0 }
    }

    /// The number by which descriptors name a string: 0 for none.
    private func number(of string: String?) -> UInt8 {
        string.flatMap { strings.firstIndex(of: $0) }.map { UInt8($0 + 1) } ?? 0
    }

    private static func little(_ word: UInt16) -> [UInt8] {
        [UInt8(truncatingIfNeeded: word), UInt8(truncatingIfNeeded: word >> 8)]
    }

    var device: [UInt8] {
        // Low speed knows packets of 8 bytes on endpoint 0 alone.
        let packet: UInt8 = identity.speed == .low ? 8 : 64
        var bytes: [UInt8] = [18, Kind.device.rawValue, 0x00, 0x02]
        bytes += [identity.classCode, identity.subclassCode, identity.protocolCode, packet]
        bytes += Self.little(identity.vendor) + Self.little(identity.product) + Self.little(identity.release)
        bytes += [number(of: identity.manufacturer), number(of: identity.productName), number(of: identity.serial), 1]
        return bytes
    }

    var configuration: [UInt8] {
        var parts: [UInt8] = []
        for (number, interface) in identity.interfaces.enumerated() {
            parts += [9, Kind.interface.rawValue, UInt8(number), 0, UInt8(interface.endpoints.count)]
            parts += [interface.classCode, interface.subclassCode, interface.protocolCode, 0]
            parts += interface.classDescriptors
            for endpoint in interface.endpoints {
                parts += [7, Kind.endpoint.rawValue, endpoint.address, endpoint.attributes]
                parts += Self.little(endpoint.packetSize) + [endpoint.interval]
            }
        }
        // Powered by the bus, 100 mA.
        let head: [UInt8] = [9, Kind.configuration.rawValue] + Self.little(UInt16(9 + parts.count))
        return head + [UInt8(identity.interfaces.count), 1, 0, 0x80, 50] + parts
    }

    /// String descriptor of that number; 0 is the list of languages, which is English.
    func string(_ number: UInt8) -> [UInt8]? {
        if number == 0 { return [4, Kind.string.rawValue, 0x09, 0x04] }
        guard Int(number) <= strings.count else { return nil }
        let text = strings[Int(number) - 1].utf16.prefix(126).flatMap(Self.little)
        return [UInt8(text.count + 2), Kind.string.rawValue] + text
    }

    /// What a GET_DESCRIPTOR to the device or to an interface is answered; nil for what there is none of.
    func answer(_ setup: USBSetup) -> [UInt8]? {
        let index = UInt8(truncatingIfNeeded: setup.value)
        let isForInterface = setup.requestType & 0x1F == 1
        switch Kind(rawValue: UInt8(truncatingIfNeeded: setup.value >> 8)) {
        case .device: return device
        case .configuration: return index == 0 ? configuration : nil
        case .string: return string(index)
        case .report where isForInterface: return interface(setup)?.report
        case .hid where isForInterface:
            // The first of the class descriptors is the one of HID.
            return interface(setup).flatMap { $0.classDescriptors.isEmpty ? nil : $0.classDescriptors }
        default: return nil
        }
    }

    private func interface(_ setup: USBSetup) -> USBModelIdentity.Interface? {
        let number = Int(setup.index & 0xFF)
        return identity.interfaces.indices.contains(number) ? identity.interfaces[number] : nil
    }
}

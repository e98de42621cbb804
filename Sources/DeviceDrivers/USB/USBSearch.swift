import LabModel

/// Finds the one device whose serial number is not in its descriptor, by asking each that may be it.
struct USBSearch {
    private let links: any DriverLinks
    private let binding: USBBinding
    /// What the device calls itself; nil takes whatever the binding means.
    let serial: String?
    private var found: (any USBLink)?

    var device: String { binding.device }

    /// - Throws: `configuration` when the binding is impossible.
    init(_ links: any DriverLinks, _ binding: USBBinding, serial: String?) throws(Failure) {
        (self.links, self.binding, self.serial) = (links, binding, serial)
        if serial == nil { found = try links.usb(binding) }
    }

    /// The device's link; it stays the same until `close`.
    ///
    /// - Parameter identify: asks a device for its serial number.
    mutating func link(identify: (any USBLink) throws(Failure) -> String) throws(Failure) -> any USBLink {
        if let found { return found }
        let candidates = try links.usbCandidates(binding)
        var matches: [(identity: USBIdentity, link: any USBLink)] = []
        var others: [String] = []
        for candidate in candidates {
            var exact = binding
            exact.path = candidate.path
            let link = try links.usb(exact)
            do throws(Failure) {
                let name = try identify(link)
                if name == serial {
                    matches.append((candidate, link))
                    continue
                }
                others.append("\(name) at \(candidate.path)")
            } catch {
                others.append("one at \(candidate.path) that does not say: \(error.message)")
            }
            link.close()
        }
        if matches.count == 1 {
            found = matches[0].link
            return matches[0].link
        }
        for match in matches { match.link.close() }
        var wanted = binding
        wanted.serial = serial
        if matches.isEmpty {
            throw Failure(
                .infrastructure, "no \(USBMatch.description(wanted)) is plugged in", at: device,
                advice: others.isEmpty ? nil : "there is " + others.joined(separator: ", "))
        }
        throw USBMatch.ambiguous(matches.map(\.identity), for: wanted)
    }

    /// Lets go of the device. One that was found by its serial number is looked for again: it may be plugged in elsewhere.
    mutating func close() {
        found?.close()
        if serial != nil { found = nil }
    }
}

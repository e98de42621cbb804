import LabModel

/// A hub of this host. A SuperSpeed hub is two hubs in one case, and a socket has power until both have switched it off.
final class KernelHubLink: HubLink {
    private let binding: HubBinding
    private let folder: String
    private let open: (String) -> any USBLink
    private var halves: [String: HubHalf] = [:]

    /// - Parameter open: the device at a path.
    init(_ binding: HubBinding, devices folder: String, open: @escaping (String) -> any USBLink) {
        self.binding = binding
        self.folder = folder
        self.open = open
    }

    func set(_ port: Int, _ isOn: Bool) throws(Failure) {
        try check(port)
        // Off on both sides before the first failure counts: half a switch must not hide behind an error.
        var failure: Failure?
        for (hub, port) in sides(of: port) {
            do throws(Failure) {
                try half(hub).set(port, isOn)
            } catch {
                failure = failure ?? error.placed(at: binding.device)
            }
        }
        if let failure { throw failure }
    }

    func powerBit(_ port: Int) throws(Failure) -> Bool? {
        try check(port)
        var isOn = false
        for (hub, port) in sides(of: port) {
            guard let bit = try half(hub).powerBit(port) else { return nil }
            isOn = isOn || bit
        }
        return isOn
    }

    func facts() throws(Failure) -> (ports: Int, isPerPort: Bool) { try half(binding.path).descriptor() }

    /// What is plugged in at a port.
    func child(of port: Int) -> String? {
        sides(of: port).lazy.compactMap { self.half($0.hub).child(of: $0.port) }.first
    }

    func close() {
        for half in halves.values { half.close() }
        halves = [:]
    }

    /// The port, and its other half: as the kernel says, else the same number of the companion that was named.
    private func sides(of port: Int) -> [(hub: String, port: Int)] {
        let own = (hub: binding.path, port: port)
        if let companion = binding.companion { return [own, (companion, port)] }
        return [own] + (half(binding.path).peer(of: port).map { [$0] } ?? [])
    }

    private func half(_ path: String) -> HubHalf {
        if let half = halves[path] { return half }
        let half = HubHalf(path: path, devices: folder, link: open(path))
        halves[path] = half
        return half
    }

    private func check(_ port: Int) throws(Failure) {
        // bNbrPorts is a byte, and no hub that is built has more than 15 (SuperSpeed's limit).
        guard (1...15).contains(port) else {
            throw Failure(.configuration, "a USB hub has no port \(port)", at: binding.device)
        }
    }
}

public import LabModel

/// The ports of one USB hub, both halves of a dual one. Called on the device's own thread.
public protocol HubLink: AnyObject {
    /// Switches a port's power, on both halves.
    func set(_ port: Int, _ isOn: Bool) throws(Failure)
    /// What the hub's status says of the port; it does not prove that the power is there. Nil when it cannot tell.
    func powerBit(_ port: Int) throws(Failure) -> Bool?
    /// How many ports it has, and whether it switches them one by one.
    func facts() throws(Failure) -> (ports: Int, isPerPort: Bool)
    func close()
}

/// Which hub is meant.
public struct HubBinding: Hashable, Sendable {
    /// Bus and ports, such as `1-4`; a bus's root hub is `usb1`.
    public var path: String
    /// The other half of a dual hub where it cannot be told from the two: `2-4`.
    public var companion: String?
    public var device: String

    public init(path: String, companion: String? = nil, device: String) {
        self.path = path
        self.companion = companion
        self.device = device
    }
}

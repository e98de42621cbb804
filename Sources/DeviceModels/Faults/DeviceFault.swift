/// What can be wrong with a device that still is there. A model takes any set of them, at any time.
public enum DeviceFault: Hashable, Sendable {
    /// The contacts no longer move, and a device that can tell says so.
    case stuck
    /// The contacts no longer move, and the device answers what it was told.
    case lies
    /// It neither answers nor obeys.
    case silent
    /// It answers late.
    case slow(Duration)
    /// It is gone after that many commands more, as if its plug were pulled.
    case vanishes(afterCommands: Int)
    /// Every answer is damaged, each in another way.
    case corrupt
}

/// A model of a device with contacts that can be spoilt.
public protocol SwitchingModel: AnyObject, Sendable {
    /// The truth about its contacts, and what is wrong with it.
    var bank: ContactBank { get }
}

extension SwitchingModel {
    /// What a meter at the contacts would find, by the order of the device's channels.
    public var contacts: [Bool] { bank.contacts }

    public var faults: Set<DeviceFault> {
        get { bank.faults }
        set { bank.faults = newValue }
    }

    /// Every move of a contact since the model was made.
    public var events: [ContactEvent] { bank.events }
}

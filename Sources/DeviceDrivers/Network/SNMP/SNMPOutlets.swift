/// How outlets are switched and read over SNMP on one family of devices.
struct SNMPOutlets: Hashable, Sendable {
    /// An object and the value written to it. `{n}` in the object is the outlet.
    struct Command: Hashable, Sendable {
        var object: String
        var value: Int64
    }

    var name: String
    /// For people.
    var title: String
    var channels: ClosedRange<Int>
    var on: Command
    var off: Command
    /// The object that tells an outlet's state; nil where none is known.
    var state: String?
    /// Values of `state`. What stands in neither, such as a pending command, tells nothing.
    var readsOn: Set<Int64> = []
    var readsOff: Set<Int64> = []
    /// Where these facts are from.
    var source: String

    /// One object for everything.
    init(
        name: String, title: String, channels: ClosedRange<Int>, object: String, on: Int64, off: Int64, source: String
    ) {
        self.init(
            name: name, title: title, channels: channels, on: Command(object: object, value: on),
            off: Command(object: object, value: off), state: object, readsOn: [on], readsOff: [off], source: source)
    }

    init(
        name: String, title: String, channels: ClosedRange<Int>, on: Command, off: Command, state: String?,
        readsOn: Set<Int64> = [], readsOff: Set<Int64> = [], source: String
    ) {
        self.name = name
        self.title = title
        self.channels = channels
        self.on = on
        self.off = off
        self.state = state
        self.readsOn = readsOn
        self.readsOff = readsOff
        self.source = source
    }

    /// The object of one outlet; nil when the pattern makes none.
    static func object(_ pattern: String, _ channel: Int) -> ObjectID? {
        ObjectID(pattern.replacing("{n}", with: "\(channel)"))
    }

    static func named(_ name: String) -> SNMPOutlets? { all.first { $0.name == name } }
}

/// What a board's power is verified by, besides the switch's own word.
struct PowerEvidencePlan: Sendable {
    /// Whether a console that spoke shortly before must fall silent. Costs `silence` after each switch-off.
    var watchesConsole = true
    /// A console that spoke within this time before counts as one that would go on.
    var consoleMemory = Duration.seconds(2)
    /// A board that has no power says nothing for so long.
    var silence = Duration.milliseconds(300)
    /// Paths of USB devices that are there exactly while the board has power.
    var usb: [String] = []
    /// Whether the devices of `usb` must come before a switch-on counts; a board that boots slowly shows them late.
    var usbWithin = Duration.seconds(3)
    /// Watts between off and on for a switch that measures; nil ignores its meter.
    var watts: Double?
    /// How long the board keeps its power after the contacts opened: its capacitors.
    var discharge = Duration.zero
    /// How often a switch that is not believed is told again.
    var retries = 2
}

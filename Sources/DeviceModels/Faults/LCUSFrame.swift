/// What the LCUS relay cards understand, on a serial port and on HID alike (labgrid, jumpstarter).
enum LCUSFrame {
    /// `A0 channel state sum`, the sum being the low eight bits of the three before it. Nil for anything else.
    static func command(in frame: [UInt8]) -> (relay: Int, isOn: Bool)? {
        guard frame.count >= 4, frame[0] == 0xA0, frame[2] <= 1, frame[3] == frame[0] &+ frame[1] &+ frame[2] else {
            return nil
        }
        return (Int(frame[1]), frame[2] == 1)
    }

    /// `CH1: ON` and so on, one line a channel.
    static func status(_ contacts: [Bool]) -> [UInt8] {
        contacts.enumerated().flatMap { Array("CH\($0.offset + 1): \($0.element ? "ON" : "OFF")\r\n".utf8) }
    }
}

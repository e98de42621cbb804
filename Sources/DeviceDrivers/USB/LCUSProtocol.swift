import LabModel

/// The language of the LCUS relay cards, on HID and on serial ports alike (labgrid, jumpstarter).
enum LCUSProtocol {
    /// Bare request for the state; the smallest cards do not know it.
    static let statusByte: [UInt8] = [0xFF]
    /// The same on Noyito's HID cards.
    static let statusFrame: [UInt8] = [0xA0, 0x0F, 0x02, 0xB1]

    /// `A0 channel state sum`; the sum is the low eight bits of the three bytes before it.
    static func frame(_ channel: Int, _ isOn: Bool) -> [UInt8] {
        let head: [UInt8] = [0xA0, UInt8(channel), isOn ? 1 : 0]
        return head + [head.reduce(0, &+)]
    }

    /// Reads `CH1: ON`, `CH2:OFF` and so on, one line a channel.
    ///
    /// - Returns: the channels' states, the first being channel 1; nil when the text is anything else.
    static func states(in text: [UInt8]) -> [Bool]? {
        var states: [Bool] = []
        for line in text.split(whereSeparator: { $0 == 0x0D || $0 == 0x0A || $0 == 0 }) {
            let words = String(decoding: line, as: UTF8.self).split(whereSeparator: { $0 == ":" || $0 == " " })
            guard words.count == 2, words[0] == "CH\(states.count + 1)", words[1] == "ON" || words[1] == "OFF" else {
                return nil
            }
            states.append(words[1] == "ON")
        }
        return states.isEmpty ? nil : states
    }

    static func nonsense(_ answer: [UInt8], at device: String) -> Failure {
        .answer(answer.lineText, to: "a status request", expected: "lines such as 'CH1: ON'", at: device)
    }

    static func missing(_ channel: Int, _ states: [Bool], at device: String) -> Failure {
        Failure(
            .configuration, "there is no channel \(channel)", at: device,
            advice: "the card has \(states.count) channels"
        )
    }
}

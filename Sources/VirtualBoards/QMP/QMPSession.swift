import FoundationEssentials
import LabModel

/// One connection to QEMU's machine protocol: negotiation, numbering, matching of answers. No I/O.
struct QMPSession {
    enum Action: Hashable {
        case send([UInt8])
        /// Capabilities are negotiated: commands may be sent.
        case ready
        case answer(Int64, Result<DataValue, QMPError>)
        case event(String, DataValue)
    }

    private(set) var isReady = false
    private var lastNumber: Int64 = 0
    private var negotiation: Int64?

    /// Takes a line without its end.
    ///
    /// - Throws: `infrastructure` when QEMU breaks the protocol.
    mutating func receive(_ line: [UInt8]) throws(Failure) -> [Action] {
        switch try QMPMessage(line: line) {
        case .greeting:
            let (number, bytes) = command("qmp_capabilities", arguments: nil)
            negotiation = number
            return [.send(bytes)]
        case .event(let name, let data):
            return [.event(name, data)]
        case .reply(let number, let result):
            guard number == negotiation else { return [.answer(number, result)] }
            negotiation = nil
            if case .failure(let error) = result {
                throw Failure(.infrastructure, "the emulator refuses its control protocol: \(error.text)")
            }
            isReady = true
            return [.ready]
        }
    }

    /// Numbers a command.
    ///
    /// - Returns: the number its answer will carry, and the bytes to send.
    mutating func command(_ name: String, arguments: DataValue?) -> (number: Int64, bytes: [UInt8]) {
        lastNumber += 1
        var members: [String: DataValue] = ["execute": .string(name), "id": .integer(lastNumber)]
        members["arguments"] = arguments
        let text = (try? JSONEncoder().encode(DataValue.map(members))) ?? Data()
        return (lastNumber, Array(text) + [10])
    }
}

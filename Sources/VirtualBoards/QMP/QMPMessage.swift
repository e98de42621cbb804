import FoundationEssentials
import LabModel

/// One line from QEMU's machine protocol (docs/interop/qmp-spec of QEMU).
enum QMPMessage: Hashable, Sendable {
    /// The first line of a connection.
    case greeting
    /// Something that happened, such as `SHUTDOWN`.
    case event(String, DataValue)
    /// The answer to a command, by the number it was given.
    case reply(Int64, Result<DataValue, QMPError>)

    /// - Throws: `infrastructure` when the line is none of these.
    init(line: [UInt8]) throws(Failure) {
        guard let value = try? JSONDecoder().decode(DataValue.self, from: Data(line)), value.map != nil else {
            throw Failure(.infrastructure, "the emulator's control socket sent a line that is not JSON")
        }
        if value["QMP"] != nil {
            self = .greeting
        } else if let name = value["event"]?.string {
            self = .event(name, value["data"] ?? .map([:]))
        } else if let id = value["id"]?.integer, let answer = value["return"] {
            self = .reply(id, .success(answer))
        } else if let error = value["error"] {
            let refusal = QMPError(
                errorClass: error["class"]?.string ?? "GenericError", text: error["desc"]?.string ?? "no description")
            self = .reply(value["id"]?.integer ?? -1, .failure(refusal))
        } else {
            throw Failure(.infrastructure, "the emulator's control socket sent an unknown message")
        }
    }
}

/// A command that QEMU refused.
struct QMPError: Error, Hashable, Sendable {
    /// Such as `CommandNotFound`.
    var errorClass: String
    var text: String
}

import DeviceDrivers
import DeviceModels
import LabModel
import Testing

/// Answers that are text as it should be and still none to the question.
@Suite struct SerialAnswerTests {
    /// Answers every command as a test says.
    private final class Scripted: SerialModel {
        let bank = ContactBank(1)
        private let answers: [String: String]

        init(_ answers: [String: String]) { self.answers = answers }

        func take(_ data: [UInt8]) -> [UInt8] { Array((answers[String(decoding: data, as: UTF8.self)] ?? "").utf8) }
    }

    private func failure(
        _ name: String, _ options: [String: DataValue] = [:], _ model: any SerialModel
    ) throws -> String? {
        let links = ModelLinks()
        links.plug(serial: model, at: "/dev/model")
        let kind = try #require(DriverRegistry.kind(named: name))
        let options = options.merging(["tty": "/dev/model"]) { $1 }
        var driver = try kind.make(DriverOptions(options, of: kind.facts, device: "relays"), links)
        let failure = #expect(throws: Failure.self) { _ = try driver.read(1) }
        #expect(failure?.type == .infrastructure)
        return failure?.message
    }

    @Test func numatoThatEchoesAnotherCommand() throws {
        let model = Scripted(["\r": "\n\r>", "relay read 1\r": "relay read 2\n\ron\n\r>"])
        let message = try failure("numato", [:], model)
        #expect(message?.contains("instead of its echo and a prompt") == true)
    }

    @Test func numatoThatSaysNeitherOnNorOff() throws {
        let model = Scripted(["\r": "\n\r>", "relay read 1\r": "relay read 1\n\rmaybe\n\r>"])
        #expect(try failure("numato", [:], model)?.hasPrefix("answered 'maybe' to 'relay read 1'") == true)
    }

    @Test func lcusThatAnswersForFewerChannelsThanItHas() throws {
        #expect(try failure("lcus", ["channels": 4], LCUSModel(channels: 2))?.contains("to a status request") == true)
    }

    @Test func lcusThatDoesNotHaveTheChannel() throws {
        let links = ModelLinks()
        links.plug(serial: LCUSModel(channels: 2), at: "/dev/model")
        let kind = try #require(DriverRegistry.kind(named: "lcus"))
        var driver = try kind.make(
            DriverOptions(["tty": "/dev/model"], of: kind.facts, device: "relays"), links)
        let failure = #expect(throws: Failure.self) { _ = try driver.read(3) }
        #expect(failure?.type == .configuration)
        #expect(failure?.advice == "the card has 2 channels")
    }
}

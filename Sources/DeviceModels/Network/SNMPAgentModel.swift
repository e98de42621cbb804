/// An SNMP agent with outlets, for versions 1 and 2c (RFC 1157, RFC 3416).
public final class SNMPAgentModel: Sendable {
    /// What an object of the agent is.
    public enum Object: Hashable, Sendable {
        /// Writing this value switches a channel; reading gives the state, where it has values for that.
        case outlet(Int, writes: [Int64: Bool], reads: [Bool: Int64])
    }

    public let contacts: Contacts
    private let objects: [[UInt32]: Object]
    private let community: [UInt8]

    /// - Parameter objects: by dotted identifiers.
    public init(_ objects: [String: Object], channels: ClosedRange<Int>, community: String = "private") {
        contacts = Contacts(channels)
        self.objects = Dictionary(
            objects.map { ($0.key.split(separator: ".").compactMap { UInt32($0) }, $0.value) }, uniquingKeysWith: { $1 }
        )
        self.community = Array(community.utf8)
    }

    /// - Returns: nil for what an agent does not answer: what it cannot read, and a wrong community.
    func answer(_ datagram: [UInt8]) -> [UInt8]? {
        guard case .list(0x30, let message)? = BERTree(datagram), message.count == 3,
            let version = message[0].number, version == 0 || version == 1, message[1].leaf(0x04) == community,
            case .list(let kind, let body) = message[2], body.count == 4, case .list(0x30, let variables) = body[3]
        else {
            contacts.note("unreadable datagram")
            return nil
        }
        guard kind == 0xA0 || kind == 0xA3 else { return nil }
        var answers: [BERTree] = []
        for (place, variable) in variables.enumerated() {
            switch value(variable, isSet: kind == 0xA3, version: version) {
            case .success(let tree): answers.append(tree)
            case .failure(let error):
                let failed: [BERTree] = [body[0], .number(error.status), .number(Int64(place + 1)), body[3]]
                return BERTree.list(0x30, [message[0], message[1], .list(0xA2, failed)]).bytes
            }
        }
        let done: [BERTree] = [body[0], .number(0), .number(0), .list(0x30, answers)]
        return BERTree.list(0x30, [message[0], message[1], .list(0xA2, done)]).bytes
    }

    private struct Refusal: Error { var status: Int64 }

    private func value(_ variable: BERTree, isSet: Bool, version: Int64) -> Result<BERTree, Refusal> {
        guard case .list(0x30, let pair) = variable, pair.count == 2, let name = pair[0].identifier else {
            return .failure(Refusal(status: 5))
        }
        guard case .outlet(let channel, let writes, let reads)? = objects[name] else {
            // Version 1 refuses the whole request; version 2c says it of the variable.
            if version == 0 || isSet { return .failure(Refusal(status: version == 0 ? 2 : 17)) }
            return .success(.list(0x30, [pair[0], .leaf(0x80, [])]))
        }
        guard isSet else {
            guard let state = reads[contacts.says(channel) ?? false] else { return .failure(Refusal(status: 2)) }
            return .success(.list(0x30, [pair[0], .number(state)]))
        }
        guard let number = pair[1].number else { return .failure(Refusal(status: version == 0 ? 3 : 7)) }
        guard let isOn = writes[number], contacts.set(channel, isOn) else {
            return .failure(Refusal(status: version == 0 ? 3 : 10))
        }
        return .success(variable)
    }
}

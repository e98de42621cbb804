import Synchronization

/// A Devantech ETH008, as its maker's description of the commands over TCP has it. The password counts for the whole
/// module here; the real one counts it for each connection.
public final class DevantechETHModel: ByteModel {
    public let contacts: Contacts
    private let password: [UInt8]?
    private let isUnlocked: Mutex<Bool>

    public init(relays: Int = 8, password: String? = nil) {
        contacts = Contacts(1...relays)
        self.password = password.map { Array($0.utf8) }
        isUnlocked = Mutex(password == nil)
    }

    public func consume(_ input: inout [UInt8]) -> [UInt8]? {
        // All bytes of a command come in one packet, by the maker's word.
        let command = input
        input = []
        switch command.first {
        case 0x10: return [19, 2, 5]
        case 0x20, 0x21:
            guard command.count >= 3 else { return [1] }
            input = Array(command.dropFirst(3))
            guard isUnlocked.withLock({ $0 }) else { return [1] }
            let time: Duration? = command[2] == 0 ? nil : .milliseconds(Int(command[2]) * 100)
            return [contacts.set(Int(command[1]), command[0] == 0x20, for: time) ? 0 : 1]
        case 0x24:
            input = Array(command.dropFirst())
            var bytes = [UInt8](repeating: 0, count: (contacts.channels.count + 7) / 8)
            for channel in contacts.channels where contacts.says(channel) == true {
                bytes[(channel - 1) / 8] |= 1 << UInt8((channel - 1) % 8)
            }
            return bytes
        case 0x79:
            let isRight = password == nil || Array(command.dropFirst()) == password
            isUnlocked.withLock { $0 = isRight }
            contacts.note(isRight ? "unlocked" : "wrong password")
            return [isRight ? 1 : 2]
        case 0x7B:
            isUnlocked.withLock { $0 = password == nil }
            contacts.note("locked")
            return [0]
        default: return []
        }
    }

    /// Nothing in the protocol tells a wrong byte; a missing one shows.
    public func garbled(_ answer: [UInt8], _ count: Int) -> [UInt8] { Array(answer.dropLast()) }
}

import Synchronization

/// A Numato relay module: a command line on CDC-ACM. It echoes, answers and prompts with `>` (Numato's user guide).
public final class NumatoModel: SerialModel {
    public let bank: ContactBank
    private let id: Mutex<String>
    private let line = Mutex<[UInt8]>([])

    public init(channels: Int = 8, id: String = "00004711", bank: ContactBank? = nil) {
        self.bank = bank ?? ContactBank(channels)
        self.id = Mutex(id)
    }

    public func take(_ data: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for byte in data {
            guard byte == 0x0D else {
                // Line feeds are not part of a command.
                if byte != 0x0A { line.withLock { if $0.count < 64 { $0.append(byte) } } }
                continue
            }
            let text = line.withLock { line in
                defer { line = [] }
                return String(decoding: line, as: UTF8.self)
            }
            guard bank.admit() else { continue }
            let answer = respond(to: text).map { $0 + "\n\r" } ?? ""
            out += bank.garbled(Array((text + "\n\r" + answer + ">").utf8))
        }
        return out
    }

    private func respond(to text: String) -> String? {
        let words = text.split(separator: " ").map(String.init)
        switch (words.first, words.dropFirst().first, words.dropFirst(2).first) {
        case ("ver", _, _): return "00000008"
        case ("id", "get", _): return id.withLock { $0 }
        case ("id", "set", let new?): id.withLock { $0 = new }
        case ("relay", "on", let relay?): number(relay).map { bank.drive($0, true) }
        case ("relay", "off", let relay?): number(relay).map { bank.drive($0, false) }
        case ("relay", "read", let relay?): return number(relay).map { bank.said[$0] ? "on" : "off" }
        case ("relay", "readall", _): return hexadecimal(bank.saidMask)
        case ("relay", "writeall", let mask?): if let mask = Int(mask, radix: 16) { bank.drive(mask: mask) }
        default: break
        }
        return nil
    }

    /// To 16 relays one hexadecimal digit, 32 go on to V, 64 take two decimal digits.
    private func number(_ text: String) -> Int? {
        let number = bank.count > 32 ? (text.utf8.count == 2 ? Int(text) : nil) : Int(text, radix: 36)
        return number.flatMap { bank.contacts.indices.contains($0) ? $0 : nil }
    }

    private func hexadecimal(_ mask: Int) -> String {
        let digits = String(UInt64(bitPattern: Int64(mask)), radix: 16)
        return String(repeating: "0", count: max(0, (bank.count + 3) / 4 - digits.count)) + digits
    }
}

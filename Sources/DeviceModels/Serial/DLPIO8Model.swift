import Synchronization

/// The DLP-IO8-G: eight pins behind an FTDI chip, one character a command (its data sheet).
public final class DLPIO8Model: SerialModel {
    public let bank: ContactBank
    private let isBinary = Mutex(false)

    public init(bank: ContactBank? = nil) { self.bank = bank ?? ContactBank(8) }

    public func take(_ data: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for byte in data where bank.admit() { out += bank.garbled(obey(Character(UnicodeScalar(byte)))) }
        return out
    }

    private func obey(_ character: Character) -> [UInt8] {
        if let pin = Self.place(of: character, in: "12345678") {
            bank.drive(pin, true)
        } else if let pin = Self.place(of: character, in: "QWERTYUI") {
            bank.drive(pin, false)
        } else if let pin = Self.place(of: character, in: "ASDFGHJK") {
            // Reading makes the pin an input: what it drove is let go.
            let level: UInt8 = bank.said[pin] ? 1 : 0
            bank.drive(pin, false)
            return isBinary.withLock { $0 } ? [level] : [0x30 + level, 0x0A, 0x0D]
        } else if character == "'" {
            return Array("Q".utf8)
        } else if character == "`" || character == "\\" {
            isBinary.withLock { $0 = character == "\\" }
        }
        return []
    }

    private static func place(of character: Character, in row: String) -> Int? {
        row.firstIndex(of: character).map { row.distance(from: row.startIndex, to: $0) }
    }
}
